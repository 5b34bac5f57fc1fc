# One panel of "time to prompt": a row a transport, a filled mark for a debugger
# that does not think and an open one for one that does, a line between them, and
# the times as text on both sides.
# Set before: block: five blocks of data; rows, heading, named, extra.
#   block, block + 1: x, y, low, high: without and with thinking
#   block + 2: x, y, length (decades): the line between
#   block + 3, block + 4: x, y, text: left, right
#   names: y, text, if 'named'
unset ytics
set yrange [rows:0]
set label 3 heading at graph 0, screen heading_y left font heading_font noenhanced
plot data index block + 2 using 1:2:3:(0) with vectors nohead linecolor rgb '#b8c4d0' linewidth 3, \
     data index block using 1:2:3:4 with xerrorbars pointtype -1 linecolor rgb '#2f5d8a' linewidth 1.4, \
     data index block + 1 using 1:2:3:4 with xerrorbars pointtype -1 linecolor rgb '#c04800' linewidth 1.4, \
     data index block using 1:2 with points pointtype 7 pointsize 0.85 linecolor rgb '#2f5d8a', \
     data index block + 1 using 1:2 with points pointtype 6 pointsize 1.15 linecolor rgb '#c04800' linewidth 2, \
     data index block + 3 using 1:2:3 with labels right offset character -1.0,0 textcolor rgb '#2f5d8a' noenhanced, \
     data index block + 4 using 1:2:3 with labels left offset character 1.1,0 textcolor rgb '#8a3400' noenhanced
unset label
