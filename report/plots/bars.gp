# Horizontal bars, one a row, with the interval as a whisker and a text behind.
# Set before: block, rows, x_min. NaN as low: there is no interval.
#   block: y, value, low, high, where the text starts, text
unset ytics
set yrange [rows:0]
plot data index block using 2:1:(x_min):2:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle solid 1.0 border linecolor rgb '#000000' linecolor rgb '#a9bccf', \
     data index block using ($3 > 0 || $3 <= 0 ? $2 : 1/0):1:3:4 with xerrorbars pointtype -1 linecolor rgb '#000000' linewidth 1.6, \
     data index block using 5:1:6 with labels left offset character 0.7,0 noenhanced
