package dev.stauth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Starts programs, and ends, while threads are in the library. */
final class ProcessTest {
    private static Check.Outcome child(String what) throws Exception {
        return Check.java(Map.of(), Check.classPath(), "dev.stauth.Child", what);
    }

    void testEndWhileRequestsRun() throws Exception {
        for (int time = 0; time < 3; time++) {
            Check.equal(new Check.Outcome(7, ""), child("exit"));
            Check.equal(new Check.Outcome(0, ""), child("return"));
        }
    }

    void testEndBySignal() throws Exception {
        var command = List.of("java", "-cp", Check.classPath(), "dev.stauth.Child", "wait");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = process.inputReader();
        Check.equal("ready", output.readLine());
        process.toHandle().destroy(); // process.destroy() would close the output
        Check.equal(128 + 15, process.waitFor());
        Check.equal(null, output.readLine());
    }

    void testEndWithinTheLog() throws Exception {
        Check.equal(new Check.Outcome(5, ""), child("log"));
    }

    /** Java forks only to start programs. */
    void testProgramsStartedWhileRequestsRun() throws Exception {
        var auth = new TestApp();
        var thread = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                auth.signIn(Map.of());
            }
        });
        thread.start();
        for (int time = 0; time < 20; time++) {
            Check.equal(0, Check.run(Map.of(), List.of("true")).status());
        }
        thread.interrupt();
        thread.join();
        Check.that(!auth.signIn(Map.of()).isEmpty());
    }

    void testThreadThatIsInterrupted() {
        Thread.currentThread().interrupt();
        Check.equal("ada", Check.begun(new TestApp(), Check.ADA).user().claim("sub"));
        Check.that(Thread.interrupted());
    }

    /** Each is who it is. */
    void testManyUsersAtOnce() throws InterruptedException {
        var auth = new TestApp();
        Map<String, Set<String>> seen = new ConcurrentHashMap<>();
        var threads = new ArrayList<Thread>();
        for (int number = 0; number < 8; number++) {
            String name = "user" + number;
            String cookie = auth.signIn(Map.of("sub", name));
            threads.add(new Thread(() -> {
                for (int time = 0; time < 100; time++) {
                    try (Request request = auth.app().request("GET", "/", Map.of("Cookie", List.of(cookie)), null)) {
                        request.begin();
                        seen.computeIfAbsent(name, any -> ConcurrentHashMap.newKeySet()).add(request.user().getName());
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        Check.equal(8, seen.size());
        seen.forEach((name, names) -> Check.equal(Set.of(name), names));
    }
}
