package io.smartqueue.ultramsg.link;

/** Draws QR codes as SVG: one path of all that is black, row by row, on a white square. */
final class SvgPicture {
    private static final int MAX_TITLE = 200;

    private SvgPicture() {}

    static String of(QrCode code) {
        return svg(code, "");
    }

    static String of(QrCode code, String title) {
        String text = LinkText.checked("title", title, MAX_TITLE);
        LinkText.requireVisible("title", text);
        text.codePoints().forEach(SvgPicture::requireInXml);
        return svg(code, "<title>" + escaped(text) + "</title>");
    }

    private static String svg(QrCode code, String title) {
        int side = code.modules();
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(side)
                .append(' ')
                .append(side)
                .append("\" shape-rendering=\"crispEdges\" role=\"img\">")
                .append(title)
                .append("<path fill=\"#fff\" d=\"M0 0h")
                .append(side)
                .append('v')
                .append(side)
                .append("H0z\"/>")
                .append("<path d=\"");
        for (int row = 0; row < side; row++) {
            appendRow(svg, code, row);
        }
        return svg.append("\"/></svg>").toString();
    }

    /** Neighbours that are black become one rectangle: fewer bytes, and no hairlines between them. */
    private static void appendRow(StringBuilder svg, QrCode code, int row) {
        int side = code.modules();
        for (int column = 0; column < side; column++) {
            int start = column;
            while (column < side && code.isBlack(column, row)) {
                column++;
            }
            if (column > start) {
                svg.append('M').append(start).append(' ').append(row);
                svg.append('h')
                        .append(column - start)
                        .append("v1H")
                        .append(start)
                        .append('z');
            }
        }
    }

    private static void requireInXml(int character) {
        if (character == 0xfffe || character == 0xffff) {
            throw new IllegalArgumentException(
                    String.format("title holds U+%04X, which no XML can hold: take it out", character));
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
