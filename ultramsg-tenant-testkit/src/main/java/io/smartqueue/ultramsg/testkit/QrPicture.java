package io.smartqueue.ultramsg.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** A PNG that looks like a QR code; nothing can be scanned from it. */
final class QrPicture {

    private static final int MODULES = 33;
    private static final int PIXELS = 8;
    private static final int SIDE = MODULES * PIXELS;

    private QrPicture() {}

    static byte[] png(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream png = new DataOutputStream(bytes)) {
            png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
            chunk(png, "IHDR", header());
            chunk(png, "IDAT", pixels(text));
            chunk(png, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] header() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream header = new DataOutputStream(bytes)) {
            header.writeInt(SIDE);
            header.writeInt(SIDE);
            header.write(new byte[] {8, 0, 0, 0, 0}); // 8 bits of grey
        }
        return bytes.toByteArray();
    }

    private static byte[] pixels(String text) throws IOException {
        Random random = new Random(text.hashCode()); // the same text, the same picture
        byte[][] modules = new byte[MODULES][MODULES];
        for (byte[] row : modules) {
            for (int x = 0; x < MODULES; x++) {
                row[x] = (byte) (random.nextBoolean() ? 0xff : 0);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(bytes)) {
            for (int y = 0; y < SIDE; y++) {
                deflated.write(0); // no filter
                for (int x = 0; x < SIDE; x++) {
                    deflated.write(modules[y / PIXELS][x / PIXELS]);
                }
            }
        }
        return bytes.toByteArray();
    }

    private static void chunk(DataOutputStream png, String type, byte[] data) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(US_ASCII));
        crc.update(data);
        png.writeInt(data.length);
        png.write(type.getBytes(US_ASCII));
        png.write(data);
        png.writeInt((int) crc.getValue());
    }
}
