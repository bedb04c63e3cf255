package dev.stauth;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds libstauth.so.0, loads it once, and passes text and errors between C and Java. */
final class Library {
    static final String NAME = "libstauth.so.0";
    /** The header that this binding was written for. Before 1.0, the same minor number means the same ABI. */
    static final int VERSION = 2;
    static final int RESPOND = 1;
    static final int NETWORK_ERROR = 3;
    private static Foreign loaded;

    private Library() {
    }

    /** The library, loaded on the first call. */
    static synchronized Foreign load() {
        if (loaded == null) {
            loaded = open(System.getenv("STAUTH_LIBRARY"));
        }
        return loaded;
    }

    private static Foreign open(String named) {
        List<String> tried = new ArrayList<>();
        for (String file : named == null || named.isEmpty() ? List.of(bundled(), NAME) : List.of(named)) {
            if (file.isEmpty()) {
                continue;
            }
            try {
                Foreign foreign = new Jna(file);
                requireVersion(foreign.st_version_number(), VERSION);
                return foreign;
            } catch (UnsatisfiedLinkError error) {
                tried.add(file + ": " + error.getMessage());
            }
        }
        throw new StauthException.LibraryNotFound(NAME + " could not be loaded. Install the library, or set"
                + " STAUTH_LIBRARY to the file. Tried:\n" + String.join("\n", tried));
    }

    static void requireVersion(int number, int wanted) {
        int found = number / 100;
        if (found != wanted) {
            throw new UnsatisfiedLinkError("is version " + found / 100 + "." + found % 100 + ", and "
                    + wanted / 100 + "." + wanted % 100 + " is needed");
        }
    }

    /** The library in the jar, as a file; empty if the jar has none. */
    private static String bundled() {
        String resource = "/" + Platform.RESOURCE_PREFIX + "/" + NAME;
        if (Library.class.getResource(resource) == null) {
            return "";
        }
        try {
            File file = Native.extractFromResourcePath(resource, Library.class.getClassLoader());
            return file.getAbsolutePath();
        } catch (IOException error) {
            throw new StauthException.LibraryNotFound("the library in the jar could not be extracted: " + error);
        }
    }

    /** Throws the error that a call has stored, and frees it. */
    static void check(int status, long[] error) {
        if (status == 0) {
            return;
        }
        try {
            throw exception(status, error[0]);
        } finally {
            load().st_error_free(error[0]);
            error[0] = 0;
        }
    }

    /** An st_error as an exception. The caller still frees the error. */
    static StauthException exception(int status, long error) {
        Foreign foreign = load();
        String message = foreign.textAt(foreign.st_error_message(error));
        String code = foreign.textAt(foreign.st_error_code(error));
        if (message == null || code == null) {
            String name = foreign.textAt(foreign.st_status_name(status));
            return new StauthException.InternalError("the library failed without a reason: " + name);
        }
        var details = new StauthException.Details(message, code, foreign.st_error_http_status(error),
                foreign.textAt(foreign.st_error_provider_code(error)),
                foreign.textAt(foreign.st_error_provider_description(error)));
        return StauthException.of(status, details);
    }

    /** Text for C, which ends with 0; NULL for null. */
    static byte[] text(String value) {
        if (value == null) {
            return null;
        }
        for (int index = 0; index < value.length(); index++) {
            char unit = value.charAt(index);
            if (unit == 0) {
                throw new StauthException.InvalidArgument("text must not contain a NUL", "invalid_text");
            }
            if (Character.isHighSurrogate(unit) && index + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(index + 1))) {
                index++;
            } else if (Character.isSurrogate(unit)) {
                throw new StauthException.InvalidArgument("text must not contain half a character", "invalid_text");
            }
        }
        return (value + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What came over HTTP, for C: servers decode it as Latin-1, so each character is the byte that was received. Text
     * with others was not received, but written by a program, and becomes UTF-8.
     */
    static byte[] octets(String value) {
        boolean isLatin1 = true;
        for (int index = 0; index < value.length(); index++) {
            if (value.charAt(index) == 0) {
                throw new StauthException.InvalidArgument("text must not contain a NUL", "invalid_text");
            }
            isLatin1 &= value.charAt(index) < 256;
        }
        return isLatin1 ? (value + '\0').getBytes(StandardCharsets.ISO_8859_1) : text(value);
    }
}
