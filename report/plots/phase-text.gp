# The words around a phase diagram, on a plane of pixels over the whole page.
# Set before: block: three blocks; width, height.
#   block: x, y, colour: patches of colour   block + 1: x, y, text
#   block + 2: x, y, text: in small letters
unset logscale
unset xtics
unset ytics
unset xlabel
unset ylabel
unset border
unset grid
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
plot data index block using 1:2:($1 - 9):($1 + 9):($2 - 7):($2 + 7):3 with boxxyerror fillstyle solid 1.0 noborder linecolor rgb variable, \
     data index block using 1:2:($1 - 9):($1 + 9):($2 - 7):($2 + 7) with boxxyerror fillstyle empty border linecolor rgb '#555555' linecolor rgb '#555555', \
     data index block + 1 using 1:2:3 with labels left noenhanced, \
     data index block + 2 using 1:2:3 with labels left noenhanced textcolor rgb '#333333' font small_font
set border 1
