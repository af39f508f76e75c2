package io.smartqueue.ultramsg.organization;

import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as an organization typed it, taken apart by hand rather than by {@link URI}, so that the SQL function {@code
 * validate_ultramsg_config} can take it apart in the same way.
 */
final class WebAddress {
    static final int MAX_BASE_URL = 255;

    private static final Pattern PRINTABLE = Pattern.compile("[!-\\[\\]-~]+"); // ASCII without blank and backslash
    private static final Pattern PARTS =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\\?[^#]*)?(#.*)?");
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?");
    private static final String OCTET = "(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:]+(?::" + IPV4 + ")?]");
    private static final int HTTPS_PORT = 443;

    private final @Nullable Code unreadable;
    private final String text;
    private String scheme = "";
    private boolean userInfo;
    private String host = "";
    private @Nullable Integer port;
    private String path = "";
    private boolean queryOrFragment;
    private boolean authorityReadable;

    private WebAddress(String text, @Nullable Code unreadable) {
        this.text = text;
        this.unreadable = unreadable;
    }

    static WebAddress read(String text, int maxLength) {
        if (text.length() > maxLength) {
            return new WebAddress(text, Code.TOO_LONG);
        }
        Matcher parts = PARTS.matcher(text);
        if (!PRINTABLE.matcher(text).matches() || !parts.matches()) {
            return new WebAddress(text, Code.MALFORMED);
        }
        WebAddress address = new WebAddress(text, null);
        address.scheme = parts.group(1).toLowerCase(Locale.ROOT);
        address.path = parts.group(3);
        address.queryOrFragment = parts.group(4) != null || parts.group(5) != null;
        address.readAuthority(parts.group(2));
        return address;
    }

    private void readAuthority(String authority) {
        int at = authority.lastIndexOf('@');
        userInfo = at >= 0;
        Matcher matcher = HOST_AND_PORT.matcher(authority.substring(at + 1));
        if (matcher.matches()) {
            host = matcher.group(1).toLowerCase(Locale.ROOT);
            port = matcher.group(2) == null ? null : Integer.valueOf(matcher.group(2));
            boolean portPossible = port == null || (port >= 1 && port <= 65535);
            authorityReadable =
                    portPossible && (!host.startsWith("[") || literal().isPresent());
        }
    }

    List<Code> baseUrlProblems(AllowedHosts allowed) {
        List<Code> found = hostProblems(allowed);
        boolean hostJudged = unreadable == null && authorityReadable;
        if (hostJudged && !allowed.allowsHost(host)) {
            found.add(Code.HOST_NOT_ALLOWED);
        }
        if (!path.isEmpty() && !path.equals("/")) {
            found.add(Code.PATH_NOT_ALLOWED);
        }
        if (queryOrFragment) {
            found.add(Code.QUERY_NOT_ALLOWED);
        }
        if (found.isEmpty() && origin().getHost() == null) { // such as a..b or 999.1.1.1, which no client can call
            found.add(Code.MALFORMED);
        }
        return found;
    }

    /** UltraMsg calls a webhook, not this server; so any public host will do, with a path and a query of its own. */
    List<Code> webhookProblems(AllowedHosts allowed) {
        List<Code> found = hostProblems(allowed);
        if (found.isEmpty() && parsed().isEmpty()) {
            found.add(Code.MALFORMED);
        }
        return found;
    }

    private List<Code> hostProblems(AllowedHosts allowed) {
        List<Code> found = new ArrayList<>();
        if (unreadable != null) {
            found.add(unreadable);
            return found;
        }
        if (!scheme.equals("https") && !(scheme.equals("http") && allowed.isUnrestricted())) {
            found.add(Code.NOT_HTTPS);
        }
        if (userInfo) {
            found.add(Code.USER_INFO);
        }
        if (!authorityReadable) {
            found.add(Code.MALFORMED);
            return found;
        }
        if (port != null && port != HTTPS_PORT && !allowed.isUnrestricted()) {
            found.add(Code.PORT_NOT_ALLOWED);
        }
        if (literal().filter(address -> !allowed.allowsAddress(address)).isPresent()) {
            found.add(Code.PRIVATE_ADDRESS);
        }
        return found;
    }

    private Optional<InetAddress> literal() {
        if (!IPV6.matcher(host).matches() && !IPV4.matcher(host).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(host)); // a literal: nothing is looked up
        } catch (UnknownHostException notAnAddress) {
            return Optional.empty();
        }
    }

    /** The address without path, query and fragment. */
    URI origin() {
        return URI.create(scheme + "://" + host + (port == null ? "" : ":" + port));
    }

    URI whole() {
        return parsed().orElseThrow();
    }

    private Optional<URI> parsed() {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }
}
