# Where the time of an operation goes: shares of 100 %, stacked, and the times
# themselves behind. Three fills that can be told apart without colour. The
# legend is drawn by hand: a key is as wide as the terminal takes texts to be.
# Set before: block: three blocks of bars, one of texts; rows; width, height.
#   block + part: y, from, to      block + 3: y, text
unset ytics
set yrange [rows:0]
set object 1 rectangle from screen 330.0/width, screen 8.0/height to screen 356.0/width, screen 19.0/height \
    fillstyle solid 1.0 border linecolor rgb '#000000' fillcolor rgb '#2f5d8a'
set object 2 rectangle from screen 530.0/width, screen 8.0/height to screen 556.0/width, screen 19.0/height \
    fillstyle pattern 4 border linecolor rgb '#000000' fillcolor rgb '#c04800'
set object 3 rectangle from screen 730.0/width, screen 8.0/height to screen 756.0/width, screen 19.0/height \
    fillstyle solid 1.0 border linecolor rgb '#000000' fillcolor rgb '#e8e8e8'
set label 4 'service in the guest' at screen 362.0/width, screen 14.0/height left noenhanced
set label 5 'transport and VMM' at screen 562.0/width, screen 14.0/height left noenhanced
set label 6 'kdbench' at screen 762.0/width, screen 14.0/height left noenhanced
plot data index block using 3:1:2:3:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle solid 1.0 border linecolor rgb '#000000' linecolor rgb '#2f5d8a', \
     data index block + 1 using 3:1:2:3:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle pattern 4 border linecolor rgb '#000000' linecolor rgb '#c04800', \
     data index block + 2 using 3:1:2:3:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle solid 1.0 border linecolor rgb '#000000' linecolor rgb '#e8e8e8', \
     data index block + 3 using (100):1:2 with labels left offset character 0.7,0 noenhanced
unset object
unset label
