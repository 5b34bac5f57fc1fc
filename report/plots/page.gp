# The page: size, fonts, styles, heading. Every picture starts with this.
# Set before: width, height (pixels), title, subtitle, and the fonts.
reset
set encoding utf8
set termoption noenhanced
unset key
set border 1 linecolor rgb '#555555'
set tics out nomirror scale 0.6 textcolor rgb '#333333'
set grid xtics linetype 1 linecolor rgb '#dddddd' linewidth 1

# Lines that differ by dash and marker, so that colour is only a help.
set style line 1 linecolor rgb '#000000' dashtype 1 linewidth 2 pointtype 7 pointsize 0.9
set style line 2 linecolor rgb '#0060a8' dashtype 2 linewidth 2 pointtype 5 pointsize 0.8
set style line 3 linecolor rgb '#c04800' dashtype 4 linewidth 2 pointtype 9 pointsize 1.0
set style line 4 linecolor rgb '#007a55' dashtype 5 linewidth 2 pointtype 13 pointsize 1.0
set style line 5 linecolor rgb '#a03070' dashtype 1 linewidth 2 pointtype 6 pointsize 1.0
set style line 6 linecolor rgb '#2080c0' dashtype 3 linewidth 2 pointtype 4 pointsize 0.9
set style line 7 linecolor rgb '#8a6d00' dashtype 2 linewidth 2 pointtype 8 pointsize 1.1
set style line 8 linecolor rgb '#606060' dashtype 4 linewidth 2 pointtype 12 pointsize 1.1
set style line 9 linecolor rgb '#5b3a9b' dashtype 5 linewidth 2 pointtype 11 pointsize 1.0
set style line 10 linecolor rgb '#9c2b2b' dashtype 3 linewidth 2 pointtype 10 pointsize 1.1
set style line 11 linecolor rgb '#2f6f2f' dashtype 1 linewidth 2 pointtype 1 pointsize 1.0
set style line 12 linecolor rgb '#444488' dashtype 2 linewidth 2 pointtype 2 pointsize 1.0

set label 1 title at screen 0.5, screen (1 - 22.0/height) center font title_font noenhanced
set label 2 subtitle at screen 0.5, screen (1 - 44.0/height) center font subtitle_font noenhanced textcolor rgb '#444444'
set multiplot
