package dev.stauth;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** All headers of a message as one block, "name NUL value NUL" for each. */
final class HeaderBlock {
    /** Those that st_request_add_header() asks for. */
    static final Set<String> NAMES = Set.of("cookie", "origin", "referer", "sec-fetch-site", "sec-fetch-mode",
            "sec-purpose", "purpose", "x-purpose", "x-moz", "upgrade", "content-type", "accept", "accept-language",
            "authorization", "dpop", "access-control-request-method", "host", "x-forwarded-host", "x-forwarded-proto",
            "x-request-id", "secure-session-response", "sec-secure-session-id", "secure-session-skipped");

    private HeaderBlock() {
    }

    /** The block of those that the library uses. */
    static byte[] of(Map<String, List<String>> headers) {
        var block = new ByteArrayOutputStream(1024);
        headers.forEach((name, values) -> {
            if (name != null && NAMES.contains(name.toLowerCase(Locale.ROOT))) {
                for (String value : values) {
                    block.writeBytes(Library.octets(name));
                    block.writeBytes(Library.octets(value));
                }
            }
        });
        return block.toByteArray();
    }

    static List<Map.Entry<String, String>> read(String block) {
        var found = new ArrayList<Map.Entry<String, String>>();
        int position = 0;
        while (position < block.length()) {
            int name = block.indexOf(0, position);
            int value = block.indexOf(0, name + 1);
            found.add(Map.entry(block.substring(position, name), block.substring(name + 1, value)));
            position = value + 1;
        }
        return found;
    }
}
