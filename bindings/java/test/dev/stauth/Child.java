package dev.stauth;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** What the tests run in a process of its own. */
final class Child {
    private Child() {
    }

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "paths":
                System.out.println(new App().callbackPaths());
                break;
            case "missing":
                for (int time = 0; time < 2; time++) {
                    var error = Check.fails(StauthException.LibraryNotFound.class, App::new);
                    System.out.println(error.code() + " " + error.getMessage());
                }
                break;
            case "exit":
                startThreads();
                System.exit(7);
                break;
            case "return":
                startThreads();
                break;
            case "wait":
                startThreads();
                System.out.println("ready");
                new CountDownLatch(1).await();
                break;
            case "log":
                exitWithinTheLog();
                break;
            default:
                throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Threads that are in the library all the time. Returns once each has been there. */
    private static void startThreads() throws InterruptedException {
        var auth = new TestApp();
        var running = new CountDownLatch(8);
        for (int number = 0; number < 8; number++) {
            var thread = new Thread(() -> {
                while (true) {
                    auth.signIn(Map.of());
                    auth.app().request("GET", "/", Map.of(), null); // and leave it to the garbage collector
                    running.countDown();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        running.await();
    }

    private static void exitWithinTheLog() {
        try (App app = Check.settings().log((level, line) -> System.exit(5)).build()) {
            app.request("GET", "/oauth2callback?code=x&state=y", Map.of(), null).begin();
        }
    }
}
