# One number against a rate, a line for each transport, on two log axes.
# Set before: block, entries: a block for each line, then one of the points at
# which lines saturate; diagonal: 1 to draw where both axes are the same.
# The last ones are drawn first: what has no VMM is wide and grey, behind all.
#   blocks: x, y
set border 3
set grid xtics ytics
set label 3 panel_title at graph 0, graph 1.04 left noenhanced font heading_font
plot for [i = entries - 1 : 0 : -1] data index block + i using 1:2 with lines linestyle (i + 1), \
     for [i = entries - 1 : 0 : -1] data index block + i using 1:2 with points linestyle (i + 1) dashtype 1, \
     data index block + entries using 1:2 with points pointtype 6 pointsize 2.2 linewidth 1.6 linecolor rgb '#000000', \
     (diagonal ? x : 1/0) with lines linecolor rgb '#888888' linewidth 1 dashtype 3
unset label
