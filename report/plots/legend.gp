# What lines and markers stand for.
# Set before: legend_width, legend_height in pixels; legend: block of data.
#   legend: x, y, style, text
unset xtics
unset ytics
unset xlabel
unset ylabel
unset logscale
unset grid
unset border
set xrange [0:legend_width]
set yrange [legend_height:0]
do for [i = 0 : entries - 1] {
	plot data index legend every ::i::i using 1:2:(34):(0) with vectors nohead linestyle (i + 1), \
	     data index legend every ::i::i using ($1 + 17):2 with points linestyle (i + 1) dashtype 1, \
	     data index legend every ::i::i using ($1 + 42):2:3 with labels left noenhanced
}
unset label
set border 1
