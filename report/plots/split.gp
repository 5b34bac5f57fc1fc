# Where the time of an operation goes: shares of 100 %, stacked, and the times
# themselves behind. Three fills that can be told apart without colour.
# Set before: block: three blocks of bars, one of texts; rows.
#   block + part: y, from, to      block + 3: y, text
unset ytics
set yrange [rows:0]
set key at screen 0.5, screen 12.0/height bottom center horizontal width 1 samplen 2.4 noenhanced
plot data index block using 3:1:2:3:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle solid 1.0 border linecolor rgb '#000000' linecolor rgb '#2f5d8a' title 'service in the guest', \
     data index block + 1 using 3:1:2:3:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle pattern 4 border linecolor rgb '#000000' linecolor rgb '#c04800' title 'transport and VMM', \
     data index block + 2 using 3:1:2:3:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle solid 1.0 border linecolor rgb '#000000' linecolor rgb '#e8e8e8' title 'kdbench', \
     data index block + 3 using (100):1:2 with labels left offset character 0.7,0 noenhanced notitle
unset key
