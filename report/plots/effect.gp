# A number against the values of an axis, a line for each series.
# Set before: block, entries: the first block and how many there are.
#   block: x, value, low, high
set border 3
set grid xtics ytics
plot for [i = 0 : entries - 1] data index block + i using 1:2 with lines linestyle (i + 1), \
     for [i = 0 : entries - 1] data index block + i using 1:2:3:4 with yerrorbars linestyle (i + 1) dashtype 1 linewidth 1.2 pointtype -1, \
     for [i = 0 : entries - 1] data index block + i using 1:2 with points linestyle (i + 1) dashtype 1
unset label
