# The names of rows, and the headings of groups of rows.
# Set before: names, headings: blocks of data; rows: the y range.
# axes: what names are made of, and where to say so: axes_x, axes_y.
#   names: y, text      headings: y, text
unset xtics
unset ytics
unset xlabel
unset ylabel
unset logscale
unset grid
unset border
set xrange [0:1]
set yrange [rows:0]
set label 3 axes at screen axes_x, screen axes_y right noenhanced textcolor rgb '#555555'
plot data index headings using (0):1:2 with labels left font heading_font noenhanced, \
     data index names using (1):1:2 with labels right noenhanced
unset label
set border 1
set grid xtics
