package io.smartqueue.ultramsg.link;

import io.smartqueue.ultramsg.fixtures.QrScanner;
import io.smartqueue.ultramsg.fixtures.Randomly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

import java.awt.image.BufferedImage;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class QrCodeTest {
    private static final String LINK = "https://wa.me/4930901820?text=Hello%2C%20I%20am%20at%20table%204.";
    private static final QrCode CODE = QrCode.find(LINK).orElseThrow();

    private static final int MOST_BYTES = 2_953;

    /** What takes most room: neither digits nor capital letters. */
    private static String textOf(int length) {
        Random random = new Random(length);
        return random.ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void isReadForEveryLength() {
        IntStream lengths = Stream.of(
                        IntStream.rangeClosed(1, 100),
                        IntStream.iterate(101, length -> length < MOST_BYTES, length -> length + 193),
                        IntStream.of(151, 152, 666, 667, 2_951, 2_952, MOST_BYTES))
                .flatMapToInt(each -> each);

        lengths.forEach(length -> {
            String text = textOf(length);
            assertThat(QrScanner.readPng(QrCode.find(text).orElseThrow().toPng(2)))
                    .as("%s bytes", length)
                    .isEqualTo(text);
        });
    }

    @Test
    void isReadWhateverTheText() {
        Randomly.seeds(30).forEach(seed -> {
            String text = Randomly.text(seed, 300);
            assertThat(QrScanner.readSvg(QrCode.find(text).orElseThrow().toSvg()))
                    .as("seed %s", seed)
                    .isEqualTo(text);
        });
    }

    @Test
    void isNoneForWhatDoesNotFit() {
        assertThat(QrCode.find(textOf(MOST_BYTES + 1))).isEmpty();
        assertThat(QrCode.find("x".repeat(2_000_000))).isEmpty();
        assertThat(QrCode.find("1".repeat(7_090))).isEmpty();
    }

    @Test
    void holdsMoreOfDigitsAndOfWhatIsPercentEncoded() {
        String digits = "1".repeat(7_089);
        String encoded = "%D9%85".repeat(700);

        assertThat(QrScanner.readPng(QrCode.find(digits).orElseThrow().toPng(1)))
                .isEqualTo(digits);
        assertThat(QrScanner.readPng(QrCode.find(encoded).orElseThrow().toPng(1)))
                .isEqualTo(encoded);
    }

    @ParameterizedTest
    @CsvSource({"1, 29", "11, 29", "12, 33", "151, 65", "152, 57", "666, 105", "667, 97", "2953, 185"})
    void isLargerForALongerTextUnlessThatTakesLessCorrection(int bytes, int modules) {
        QrCode code = QrCode.find(textOf(bytes)).orElseThrow();

        assertThat(code.modules()).isEqualTo(modules);
        assertThat(code).hasToString("QrCode[" + modules + " modules]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 32})
    void isAPngOfAnyResolution(int pixels) {
        byte[] png = CODE.toPng(pixels);

        BufferedImage picture = QrScanner.picture(png);
        assertThat(picture.getWidth()).isEqualTo(CODE.modules() * pixels);
        assertThat(picture.getHeight()).isEqualTo(picture.getWidth());
        assertThat(picture.getColorModel().getPixelSize()).as("bits").isOne();
        assertThat(QrScanner.readPng(png)).isEqualTo(LINK);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 33, Integer.MAX_VALUE})
    void refusesOtherResolutions(int pixels) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODE.toPng(pixels))
                .withMessage("pixelsPerModule is " + pixels + ", it must be 1 to 32");
    }

    @Test
    void leavesFourModulesWhiteAround() {
        BufferedImage picture = QrScanner.picture(CODE.toPng(1));
        int last = CODE.modules() - 1;

        for (int along = 0; along <= last; along++) {
            for (int margin = 0; margin < 4; margin++) {
                assertThat(new int[] {
                            picture.getRGB(along, margin),
                            picture.getRGB(along, last - margin),
                            picture.getRGB(margin, along),
                            picture.getRGB(last - margin, along)
                        })
                        .containsOnly(0xffffffff);
            }
        }
        assertThat(picture.getRGB(4, 4)).as("corner of the first finder").isEqualTo(0xff000000);
    }

    @Test
    void drawsTheLargestCodeToo() {
        QrCode largest = QrCode.find(textOf(MOST_BYTES)).orElseThrow();

        assertThat(QrScanner.picture(largest.toPng(32)).getWidth()).isEqualTo(185 * 32);
        assertThat(QrScanner.readSvg(largest.toSvg())).hasSize(MOST_BYTES);
    }

    @Test
    void leavesTheHostsImageCacheAsItIs() {
        boolean before = ImageIO.getUseCache();

        CODE.toPng(1);

        assertThat(ImageIO.getUseCache()).isEqualTo(before);
    }

    @Test
    void isAnSvgThatStandsAlone() {
        String svg = CODE.toSvg();

        Element root = QrScanner.parse(svg).getDocumentElement();
        assertThat(root.getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
        assertThat(root.getAttribute("viewBox")).isEqualTo("0 0 " + CODE.modules() + " " + CODE.modules());
        assertThat(root.getAttribute("shape-rendering")).isEqualTo("crispEdges");
        assertThat(root.getElementsByTagName("*").getLength()).as("two paths").isEqualTo(2);
        assertThat(svg)
                .startsWith("<svg ")
                .doesNotContain("script", "style", "href", "title", "wa.me")
                .isASCII();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Chat with us",
                "</title><script>alert('1')</script>",
                "Tom & Jerry's \"bar\" ]]> &amp;",
                "\u0645\u0631\u062d\u0628\u0627 \ud83d\ude00",
                "two\nlines"
            })
    void hasATitleThatIsNoMarkup(String title) {
        String svg = CODE.toSvg(title);

        Element root = QrScanner.parse(svg).getDocumentElement();
        assertThat(root.getElementsByTagName("*").getLength()).isEqualTo(3);
        assertThat(root.getElementsByTagName("title").item(0).getTextContent()).isEqualTo(title);
        assertThat(QrScanner.readSvg(svg)).isEqualTo(LINK);
    }

    @ParameterizedTest
    @CsvSource({"0000, U+0000", "001B, U+001B", "D83D, surrogate", "FFFE, U+FFFE", "FFFF, U+FFFF"})
    void refusesATitleThatXmlCannotHold(String code, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODE.toSvg("secret" + (char) Integer.parseInt(code, 16)))
                .withMessageStartingWith("title holds ")
                .withMessageContaining(why)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void refusesABlankTitle(String blank) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODE.toSvg(blank))
                .withMessageStartingWith("title is empty");
    }

    @Test
    void refusesATitleThatIsTooLong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODE.toSvg("x".repeat(201)))
                .withMessage("title has 201 characters, at most 200 are possible: shorten it");
    }
}
