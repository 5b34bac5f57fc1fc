# One line a row, from the median to the worst, with a mark at each percentile.
# Set before: block, rows.
#   block: y, p50, p90, p99, p99.9, max, where the text starts, text, mean
unset ytics
set yrange [rows:0]
plot data index block using 2:1:($6-$2):(0) with vectors nohead linecolor rgb '#666666' linewidth 1.5, \
     data index block using 6:1 with points pointtype 2 pointsize 0.8 linecolor rgb '#000000', \
     data index block using 5:1 with points pointtype 4 pointsize 0.9 linecolor rgb '#000000', \
     data index block using 4:1 with points pointtype 9 pointsize 0.9 linecolor rgb '#c04800', \
     data index block using 3:1 with points pointtype 12 pointsize 1.0 linecolor rgb '#000000', \
     data index block using 2:1 with points pointtype 7 pointsize 1.0 linecolor rgb '#000000', \
     data index block using 9:1 with points pointtype 1 pointsize 1.1 linewidth 2.2 linecolor rgb '#0060a8', \
     data index block using 7:1:8 with labels left offset character 1.2,0 noenhanced
