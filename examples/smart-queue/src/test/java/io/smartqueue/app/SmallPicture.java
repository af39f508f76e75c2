package io.smartqueue.app;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** A picture of a page in the few colours that it has most of, which is small enough for a repository. */
final class SmallPicture {
    private static final int COLOURS = 24;

    private SmallPicture() {}

    static void write(Path from, Path to) throws IOException {
        BufferedImage picture = ImageIO.read(from.toFile());
        IndexColorModel palette = palette(picture);
        BufferedImage small =
                new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, palette);
        Map<Integer, Integer> nearest = new HashMap<>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int colour = picture.getRGB(x, y);
                small.getRaster().setSample(x, y, 0, nearest.computeIfAbsent(colour, c -> nearest(palette, c)));
            }
        }
        ImageIO.write(small, "png", to.toFile());
    }

    private static IndexColorModel palette(BufferedImage picture) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                counts.merge(picture.getRGB(x, y), 1, Integer::sum);
            }
        }
        List<Integer> most = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(COLOURS)
                .map(Map.Entry::getKey)
                .toList();
        byte[] red = new byte[most.size()];
        byte[] green = new byte[most.size()];
        byte[] blue = new byte[most.size()];
        for (int i = 0; i < most.size(); i++) {
            red[i] = (byte) (most.get(i) >> 16);
            green[i] = (byte) (most.get(i) >> 8);
            blue[i] = (byte) (int) most.get(i);
        }
        return new IndexColorModel(8, most.size(), red, green, blue);
    }

    private static int nearest(IndexColorModel palette, int colour) {
        int best = 0;
        int leastDistance = Integer.MAX_VALUE;
        for (int i = 0; i < palette.getMapSize(); i++) {
            int red = palette.getRed(i) - (colour >> 16 & 0xff);
            int green = palette.getGreen(i) - (colour >> 8 & 0xff);
            int blue = palette.getBlue(i) - (colour & 0xff);
            int distance = red * red + green * green + blue * blue;
            if (distance < leastDistance) {
                best = i;
                leastDistance = distance;
            }
        }
        return best;
    }
}
