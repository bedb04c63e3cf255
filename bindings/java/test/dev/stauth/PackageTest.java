package dev.stauth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** The jar, as its users get it. */
final class PackageTest {
    private static final Path JAR = Check.ROOT.resolve("build/dist/stauth-0.2.0.jar");
    private static final Path LIBRARY = Check.ROOT.resolve("build/prefix/lib/libstauth.so.0");
    private static final String JNA = "/usr/share/java/jna.jar";
    private static final String PROGRAM = """
            import dev.stauth.*;

            final class Program {
                public static void main(String[] arguments) {
                    System.out.println(new TestApp().signIn(java.util.Map.of()).split("=")[0]);
                }
            }
            """;

    void testContents() throws Exception {
        var found = new HashSet<String>();
        try (var jar = new JarFile(JAR.toFile())) {
            jar.stream().map(ZipEntry::getName).forEach(found::add);
            Check.equal("dev.stauth", jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"));
        }
        Check.that(found.containsAll(Set.of("META-INF/LICENSE", "META-INF/README.md", "dev/stauth/App.class",
                "META-INF/maven/dev.stauth/stauth/pom.xml", "dev/stauth/servlet/LoginFilter.class",
                "dev/stauth/httpserver/LoginHandler.class")), found);
        Check.that(found.stream().noneMatch(name -> name.contains("Test.class")));
    }

    /** A program in an empty folder, with nothing of the project but the jar: neither Servlets nor sources. */
    void testInstalledJar() throws Exception {
        Path folder = Files.createTempDirectory("stauth");
        Files.copy(JAR, folder.resolve("stauth.jar"));
        Files.writeString(folder.resolve("Program.java"), PROGRAM);
        String classes = folder.resolve("stauth.jar") + ":" + JNA + ":" + folder;
        var compile = List.of("javac", "-cp", classes, folder.resolve("Program.java").toString());
        Check.equal(new Check.Outcome(0, ""), Check.run(Map.of(), compile));

        var environment = new HashMap<String, String>();
        environment.put("STAUTH_LIBRARY", null);
        environment.put("LD_LIBRARY_PATH", null);
        if (!Check.run(Map.of(), List.of("/sbin/ldconfig", "-p")).output().contains(Library.NAME)) {
            Check.contains(Check.java(environment, classes, "Program").output(), Library.NAME + " could not be loaded");
        }
        environment.put("LD_LIBRARY_PATH", LIBRARY.getParent().toString());
        Check.equal("stauth_session\n", Check.java(environment, classes, "Program").output());
        environment.put("LD_LIBRARY_PATH", null);
        environment.put("STAUTH_LIBRARY", LIBRARY.toString());
        Check.equal("stauth_session\n", Check.java(environment, classes, "Program").output());
        environment.put("STAUTH_LIBRARY", null);
        Path bundled = Files.createDirectories(folder.resolve("inside/" + com.sun.jna.Platform.RESOURCE_PREFIX));
        Files.copy(LIBRARY, bundled.resolve(Library.NAME));
        Check.run(Map.of(), List.of("jar", "--update", "--file", folder.resolve("stauth.jar").toString(), "-C",
                folder.resolve("inside").toString(), "."));
        Check.equal("stauth_session\n", Check.java(environment, classes, "Program").output());
    }
}
