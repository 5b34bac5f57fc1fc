# The ladder: a bar a rung, ours dark and those beside us light, with the
# interval as a whisker and a text behind.
# Set before: block: two blocks, ours and the others; rows, x_min.
#   block: y, value, low, high, where the text starts, text
unset ytics
set yrange [rows:0]
set key at screen 0.985, screen 12.0/height bottom right horizontal width 1 samplen 2.4 noenhanced
plot data index block using 2:1:(x_min):2:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle solid 1.0 border linecolor rgb '#000000' linecolor rgb '#4a7aa8' title 'transports of kdbench', \
     data index block + 1 using 2:1:(x_min):2:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle pattern 1 border linecolor rgb '#000000' linecolor rgb '#777777' title 'neighbours and limits', \
     for [k = 0 : 1] data index block + k using ($3 > 0 || $3 <= 0 ? $2 : 1/0):1:3:4 with xerrorbars pointtype -1 linecolor rgb '#000000' linewidth 1.6 notitle, \
     for [k = 0 : 1] data index block + k using 5:1:6 with labels left offset character 0.7,0 noenhanced notitle
unset key
