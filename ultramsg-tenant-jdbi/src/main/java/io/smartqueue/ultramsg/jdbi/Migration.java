package io.smartqueue.ultramsg.jdbi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One migration file of this build. Immutable. */
record Migration(int version, String file, String sql, String checksum) {

    private static final Pattern FILE_NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");

    /** In the order in which they apply; names, because a jar cannot be listed everywhere. */
    private static final List<String> FILES = List.of(
            "V001__roles.sql",
            "V002__organization_columns.sql",
            "V003__tenant_scope.sql",
            "V004__change_notice.sql",
            "V005__daily_quota.sql",
            "V006__config_validation.sql",
            "V007__one_instance_one_organization.sql",
            "V008__message_log.sql",
            "V009__standby_instances.sql",
            "V010__instance_health.sql",
            "V011__lanes.sql",
            "V012__outbox.sql",
            "V013__config_versions.sql",
            "V014__members.sql",
            "V015__templates.sql",
            "V016__delivery_states.sql",
            "V017__inbound.sql",
            "V018__usage.sql",
            "V019__cancelling.sql");

    static List<Migration> all() {
        return FILES.stream().map(Migration::read).toList();
    }

    private static Migration read(String file) {
        Matcher name = FILE_NAME.matcher(file);
        if (!name.matches()) {
            throw new IllegalStateException("not the name of a migration: " + file);
        }
        try (InputStream in = Migration.class.getResourceAsStream("migration/" + file)) {
            if (in == null) {
                throw new IllegalStateException("migration/" + file + " is missing from the jar");
            }
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
            return new Migration(Integer.parseInt(name.group(1)), file, sql, sha256(sql));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read migration/" + file, e);
        }
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
