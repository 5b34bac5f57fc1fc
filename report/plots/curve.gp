# How slow the slowest are: latency against the share of operations.
# Set before: block, entries: two blocks for each, the curve and its marks;
# panel_title.
#   blocks: x, latency
set border 3
set label 3 panel_title at graph 0, graph 1.07 left noenhanced font heading_font
set grid xtics ytics
plot for [i = 0 : entries - 1] data index block + 2 * i using 1:2 with lines linestyle (i + 1), \
     for [i = 0 : entries - 1] data index block + 2 * i + 1 using 1:2 with points linestyle (i + 1) dashtype 1
unset label
