# The resync phase diagram: how a session ends, by the cost of a poll and by a
# delay. Everything that is not a cell is drawn over them, and the legend below.
# Set before: block: seven blocks; x_low, x_high, y_low, y_high; diagonal (text),
# diagonal_x, diagonal_y, diagonal_angle.
#   block: x, y, x low, x high, y low, y high, colour: runs of equal points
#   block + 1: x: iso-lines of the time-out
#   block + 2: y: delays that were measured
#   block + 3: x, y, y low, y high: transports
#   block + 4: x, y, x of bubble, y of bubble, number
#   block + 5: x, y, colour, 1 if it does not agree: trials on real guests
#   block + 6: x, y: both ends of delay = time-out
unset grid
set label 3 diagonal at diagonal_x, diagonal_y center rotate by diagonal_angle front font heading_font noenhanced
set xlabel offset 0,-2.2
set border 15 linecolor rgb '#555555'
plot data index block using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid 1.0 noborder linecolor rgb variable, \
     data index block + 1 using 1:(y_low):(0):(y_high - y_low) with vectors nohead linecolor rgb '#ffffff' linewidth 2.2, \
     data index block + 1 using 1:(y_low):(0):(y_high - y_low) with vectors nohead linecolor rgb '#222222' linewidth 1.2 dashtype 2, \
     data index block + 6 using 1:2 with lines linecolor rgb '#ffffff' linewidth 4, \
     data index block + 6 using 1:2 with lines linecolor rgb '#000000' linewidth 2, \
     data index block + 2 using (x_low):1:(x_high - x_low):(0) with vectors nohead linecolor rgb '#ffffff' linewidth 2.2, \
     data index block + 2 using (x_low):1:(x_high - x_low):(0) with vectors nohead linecolor rgb '#0b4f4a' linewidth 1.4 dashtype 3, \
     data index block + 3 using 1:3:(0):($4 - $3) with vectors nohead linecolor rgb '#ffffff' linewidth 4, \
     data index block + 3 using 1:3:(0):($4 - $3) with vectors nohead linecolor rgb '#000000' linewidth 1.4, \
     data index block + 4 using 1:2:($3 - $1):($4 - $2) with vectors nohead linecolor rgb '#000000' linewidth 0.8, \
     data index block + 3 using 1:2 with points pointtype 7 pointsize 0.9 linecolor rgb '#ffffff', \
     data index block + 3 using 1:2 with points pointtype 7 pointsize 0.6 linecolor rgb '#000000', \
     data index block + 4 using 3:4 with points pointtype 7 pointsize 1.7 linecolor rgb '#000000', \
     data index block + 4 using 3:4:5 with labels center noenhanced textcolor rgb '#ffffff' font small_font, \
     data index block + 5 using 1:2 with points pointtype 5 pointsize 1.9 linecolor rgb '#ffffff', \
     data index block + 5 using 1:2:3 with points pointtype 5 pointsize 1.5 linecolor rgb variable, \
     data index block + 5 using 1:2 with points pointtype 4 pointsize 1.5 linewidth 1.6 linecolor rgb '#000000', \
     data index block + 5 using 1:($4 > 0 ? $2 : 1/0) with points pointtype 2 pointsize 1.3 linewidth 2 linecolor rgb '#000000'
set xlabel offset 0,0
unset label
