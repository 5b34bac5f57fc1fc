# Stacked bars: what share of a row's trials ended how.
# Set before: block, kinds, rows; kind[] and used[]: their names, and which
# occur. One block for each kind, then one of texts.
#   block + kind: y, from, to      block + kinds: y, text
unset ytics
set yrange [rows:0]
array fill[10] = [0, 1, 2, 3, 2, 3, 4, 5, 6, 7]
array ink[10] = [0x000000, 0x4a7aa8, 0xc04800, 0x000000, 0x7a1f5c, 0xa00000, 0x000000, 0x666600, 0x555555, 0x000000]
set key at screen 0.5, screen 10.0/height bottom center horizontal width 1 samplen 2.4 noenhanced
plot for [k = 0 : kinds - 1] data index block + k using 3:1:2:3:($1-0.34):($1+0.34) with boxxyerror \
         fillstyle pattern fill[k + 1] border linecolor rgb '#000000' linecolor rgb ink[k + 1] \
         title used[k + 1] == 1 ? kind[k + 1] : '', \
     data index block + kinds using (100):1:2 with labels left offset character 0.7,0 noenhanced notitle
unset key
