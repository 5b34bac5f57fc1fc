# Which values a search tried: a row for each combination, a filled mark where it
# held, a cross where it did not, and a bar where it turns.
# Set before: block: five blocks of data; rows; width, height.
#   block, block + 1, block + 2: x, y: good, bad, unknown
#   block + 3: x, y, x: the last good and the first bad value
#   block + 4: x, y, text
set border 3
set yrange [rows + 0.6:0.4]
set label 3 'holds' at screen 420.0/width, screen 14.0/height left noenhanced
set label 4 'does not' at screen 540.0/width, screen 14.0/height left noenhanced
set label 5 'turns' at screen 680.0/width, screen 14.0/height left noenhanced
set label 6 '' at screen 408.0/width, screen 14.0/height point pointtype 7 pointsize 1.1 linecolor rgb '#2f5d8a'
set label 7 '' at screen 528.0/width, screen 14.0/height point pointtype 2 pointsize 1.1 linewidth 2 linecolor rgb '#c04800'
set label 8 '' at screen 662.0/width, screen 14.0/height point pointtype 5 pointsize 1.3 linecolor rgb '#a9bccf'
plot data index block + 3 using 3:2:1:3:($2-0.3):($2+0.3) with boxxyerror \
         fillstyle solid 1.0 noborder linecolor rgb '#a9bccf', \
     data index block using 1:2 with points pointtype 7 pointsize 1.1 linecolor rgb '#2f5d8a', \
     data index block + 1 using 1:2 with points pointtype 2 pointsize 1.1 linewidth 2 linecolor rgb '#c04800', \
     data index block + 2 using 1:2 with points pointtype 3 pointsize 1.1 linecolor rgb '#777777', \
     data index block + 4 using 1:($2-0.36):3 with labels center noenhanced
unset label
