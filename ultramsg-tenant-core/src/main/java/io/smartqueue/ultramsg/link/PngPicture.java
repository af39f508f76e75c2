package io.smartqueue.ultramsg.link;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Draws QR codes as PNG, a bit for each pixel.
 *
 * <p>In memory alone: {@code ImageIO} keeps a cache in a file unless it is given a stream of its own, and its switch for that is the
 * whole host's. Without {@code Graphics}, which looks for the machine's fonts.
 */
final class PngPicture {
    private PngPicture() {}

    static byte[] of(QrCode code, int pixelsPerModule) {
        int side = code.modules() * pixelsPerModule;
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_BINARY);
        WritableRaster pixels = image.getRaster();
        for (int row = 0; row < code.modules(); row++) {
            int[] line = line(code, row, pixelsPerModule);
            for (int y = row * pixelsPerModule; y < (row + 1) * pixelsPerModule; y++) {
                pixels.setSamples(0, y, side, 1, 0, line);
            }
        }
        return encoded(image);
    }

    /** A binary image's colours are black, 0, and white, 1. */
    private static int[] line(QrCode code, int row, int pixelsPerModule) {
        int[] line = new int[code.modules() * pixelsPerModule];
        for (int column = 0; column < code.modules(); column++) {
            int start = column * pixelsPerModule;
            Arrays.fill(line, start, start + pixelsPerModule, code.isBlack(column, row) ? 0 : 1);
        }
        return line;
    }

    private static byte[] encoded(BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
                if (!ImageIO.write(image, "png", out)) {
                    throw new IllegalStateException("this Java has nothing that writes PNG");
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("into memory", impossible);
        }
        return png.toByteArray();
    }
}
