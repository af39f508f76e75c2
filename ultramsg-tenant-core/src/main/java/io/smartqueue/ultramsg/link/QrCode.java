package io.smartqueue.ultramsg.link;

import io.nayuki.qrcodegen.DataTooLongException;
import io.nayuki.qrcodegen.QrCode.Ecc;
import io.nayuki.qrcodegen.QrSegment;
import io.nayuki.qrcodegen.QrSegmentAdvanced;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A QR code, to be drawn in any size. It has the white margin of four modules on each side that scanners ask for.
 *
 * <p>How much of it may be torn or dirty depends on its text: a quarter while that leaves the modules large, a seventh of longer ones, a
 * fourteenth of the longest, and more wherever there is room left in a code of the same size. Immutable and thread-safe; prints nothing
 * of what it says.
 */
public final class QrCode {
    /** More digits than this fit no code, and fewer of all else. */
    private static final int MOST_CHARACTERS = 7_089;

    private static final int MARGIN = 4;
    private static final int MOST_PIXELS_PER_MODULE = 32;

    /** The first of these that the text fits in is taken: correction is worth larger codes up to a point. */
    private static final List<Effort> EFFORTS =
            List.of(new Effort(Ecc.QUARTILE, 10), new Effort(Ecc.MEDIUM, 20), new Effort(Ecc.LOW, 40));

    // transient, so that no JSON library prints it by itself
    private final transient io.nayuki.qrcodegen.QrCode code;

    private QrCode(io.nayuki.qrcodegen.QrCode code) {
        this.code = code;
    }

    private record Effort(Ecc correction, int largestVersion) {
        Optional<QrCode> encode(String text) {
            try {
                List<QrSegment> segments = isAscii(text)
                        ? QrSegmentAdvanced.makeSegmentsOptimally(text, correction, 1, largestVersion)
                        : List.of(QrSegment.makeBytes(text.getBytes(StandardCharsets.UTF_8)));
                return Optional.of(new QrCode(
                        io.nayuki.qrcodegen.QrCode.encodeSegments(segments, correction, 1, largestVersion, -1, true)));
            } catch (DataTooLongException tooLong) {
                return Optional.empty();
            }
        }

        /** Of mixed alphabets in one code not all scanners make the same; a link has ASCII alone. */
        private static boolean isAscii(String text) {
            return text.chars().allMatch(character -> character < 0x80);
        }
    }

    /** Makes the code of a text; empty if there is none so large. 2,953 bytes always fit, more of digits and of what is percent-encoded. */
    static Optional<QrCode> find(String text) {
        return text.length() > MOST_CHARACTERS
                ? Optional.empty()
                : EFFORTS.stream()
                        .map(effort -> effort.encode(text))
                        .flatMap(Optional::stream)
                        .findFirst();
    }

    /**
     * Returns how many modules, the squares it consists of, the code has along each side.
     *
     * @return 29 to 185, margin included
     */
    public int modules() {
        return code.size + 2 * MARGIN;
    }

    boolean isBlack(int column, int row) {
        return code.getModule(column - MARGIN, row - MARGIN);
    }

    /**
     * Draws the code as an SVG picture without a title, black on white, as large as the place where it is shown.
     *
     * @return an {@code svg} element for a page or for a file of its own: no script, no style sheet, no reference to anything else
     */
    public String toSvg() {
        return SvgPicture.of(this);
    }

    /**
     * Draws the code as an SVG picture with a title, which browsers show beside the mouse and read aloud.
     *
     * @param title any text of one visible character or more; what would be markup is escaped
     * @return an {@code svg} element as above
     * @throws IllegalArgumentException if the title is blank, or holds control characters, half a surrogate pair or what XML has no place
     *     for; the message does not repeat it
     */
    public String toSvg(String title) {
        return SvgPicture.of(this, title);
    }

    /**
     * Draws the code as a PNG picture, black on white, {@code modules() * pixelsPerModule} pixels wide and high. It takes a byte of
     * memory for 8 pixels meanwhile, 4.4 MB for the largest.
     *
     * @param pixelsPerModule 1 to 32; 4 or more are advisable for paper
     * @return the bytes of a PNG file
     * @throws IllegalArgumentException if out of range
     */
    public byte[] toPng(int pixelsPerModule) {
        if (pixelsPerModule < 1 || pixelsPerModule > MOST_PIXELS_PER_MODULE) {
            throw new IllegalArgumentException(
                    "pixelsPerModule is " + pixelsPerModule + ", it must be 1 to " + MOST_PIXELS_PER_MODULE);
        }
        return PngPicture.of(this, pixelsPerModule);
    }

    @Override
    public String toString() {
        return "QrCode[" + modules() + " modules]";
    }
}
