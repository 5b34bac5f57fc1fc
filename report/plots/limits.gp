# The ladder: a bar a rung, ours dark and those beside us light, with the
# interval as a whisker and a text behind. The legend is drawn by hand: a key is
# as wide as the terminal takes texts to be.
# Set before: block: two blocks, ours and the others; rows, x_min, width, height.
#   block: y, value, low, high, where the text starts, text
unset ytics
set yrange [rows:0]
set object 1 rectangle from screen 690.0/width, screen 8.0/height to screen 716.0/width, screen 19.0/height \
    fillstyle solid 1.0 border linecolor rgb '#000000' fillcolor rgb '#4a7aa8'
set object 2 rectangle from screen 890.0/width, screen 8.0/height to screen 916.0/width, screen 19.0/height \
    fillstyle pattern 1 border linecolor rgb '#000000' fillcolor rgb '#777777'
set label 4 'transports of kdbench' at screen 722.0/width, screen 14.0/height left noenhanced
set label 5 'neighbours and limits' at screen 922.0/width, screen 14.0/height left noenhanced
plot data index block using 2:1:(x_min):2:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle solid 1.0 border linecolor rgb '#000000' linecolor rgb '#4a7aa8', \
     data index block + 1 using 2:1:(x_min):2:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle pattern 1 border linecolor rgb '#000000' linecolor rgb '#777777', \
     for [k = 0 : 1] data index block + k using ($3 > 0 || $3 <= 0 ? $2 : 1/0):1:3:4 with xerrorbars pointtype -1 linecolor rgb '#000000' linewidth 1.6, \
     for [k = 0 : 1] data index block + k using 5:1:6 with labels left offset character 0.7,0 noenhanced
unset object
unset label
