# A heat map: rows are pairs of profiles and kinds of faults, columns are ends.
# Darker is more, by powers of ten; blue survived, orange did not.
# Set before: block: three blocks; rows, ends.
#   block: x, y, colour, text      block + 1: y, name      block + 2: x, end
unset xtics
unset ytics
unset grid
set border 0
set xrange [0:ends]
set yrange [rows:0]
plot data index block using 1:2:($1-0.49):($1+0.49):($2-0.47):($2+0.47):3 with boxxyerror \
         fillstyle solid 1.0 noborder linecolor rgb variable, \
     data index block using 1:2:4 with labels noenhanced textcolor rgb '#000000', \
     data index block + 1 using (0):1:2 with labels right offset character -1,0 noenhanced, \
     data index block + 2 using 1:(0):2 with labels offset character 0,1 noenhanced
