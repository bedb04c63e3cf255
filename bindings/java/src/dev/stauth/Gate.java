package dev.stauth;

import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;
import java.util.List;

/**
 * Closes a site to all but signed-in users: by require_login in the settings, and by its own open paths. A page is open
 * only if both leave it open. The library judges. Adapters of web frameworks have one; all threads may use it.
 */
public final class Gate {
    private final Foreign library = Library.load();
    private final boolean isInSettings;
    private final long handle; // 0 if only the settings count

    /**
     * A gate that closes only what the settings close.
     *
     * @param app the application
     */
    public Gate(App app) {
        isInSettings = app.requiresLogin();
        handle = 0;
    }

    /**
     * A gate that closes all paths but these.
     *
     * @param app the application
     * @param openPaths "/health" is that path alone, "/static/" that folder and all below it
     */
    public Gate(App app, List<String> openPaths) {
        isInSettings = app.requiresLogin();
        long made = make(library, openPaths);
        handle = made;
        Foreign functions = library;
        App.CLEANER.register(this, () -> functions.st_gate_free(made));
    }

    private static long make(Foreign library, List<String> openPaths) {
        var block = new ByteArrayOutputStream();
        long[] addresses = new long[openPaths.size() + 1];
        for (int index = 0; index < openPaths.size(); index++) {
            addresses[index] = block.size();
            block.writeBytes(Library.text(openPaths.get(index)));
        }
        long memory = library.allocate(block.size() + 1L);
        try {
            library.write(memory, block.toByteArray());
            for (int index = 0; index < openPaths.size(); index++) {
                addresses[index] += memory;
            }
            long[] out = new long[1];
            long[] error = new long[1];
            Library.check(library.st_gate_new(addresses, openPaths.size(), out, error), error);
            return out[0];
        } finally {
            library.free(memory);
        }
    }

    /**
     * Begins the request, and judges by the path that the program routes by.
     *
     * @param request a new request
     * @param routes that path, decoded, without the query; if several are possible, all of them must be open
     * @return false if the library has answered: send its response
     */
    public boolean begin(Request request, String... routes) {
        if (isInSettings) {
            for (String route : routes) {
                request.addRoute(route);
            }
        }
        boolean proceeds = request.begin();
        for (int index = 0; proceeds && handle != 0 && index < routes.length; index++) {
            proceeds = isAllowed(request, Library.text(routes[index]));
        }
        return proceeds;
    }

    private boolean isAllowed(Request request, byte[] path) {
        try {
            return request.requireLogin(handle, path, path.length - 1L);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
