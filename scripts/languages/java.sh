# Java: the jar, by JNA. javac and jar make it; pom.xml is for Maven users.
# shellcheck shell=bash disable=SC2034
packages=(openjdk-17-jdk-headless libjna-java libtomcat10-embed-java libjakarta-annotation-api-java)
# What a program needs besides the jar; the last two are for Tomcat.
java_classes=/usr/share/java/jna.jar:/usr/share/java/tomcat10-embed-core.jar:/usr/share/java/jakarta-annotation-api.jar
java_warnings=(-Xlint:all -Werror --release 17 -encoding UTF-8)

pack() {
    rm -rf build/java
    mkdir -p build/java/{jar/META-INF/maven/dev.stauth/stauth,test,example}
    mapfile -t sources < <(find bindings/java/src -name '*.java')
    quietly javac "${java_warnings[@]}" -Xdoclint:all/protected -cp "$java_classes" -d build/java/jar "${sources[@]}"
    cp bindings/java/LICENSE bindings/java/README.md build/java/jar/META-INF
    cp bindings/java/pom.xml build/java/jar/META-INF/maven/dev.stauth/stauth
    printf 'Automatic-Module-Name: dev.stauth\nImplementation-Version: 0.2.0\n' > build/java/manifest
    jar --create --file build/dist/stauth-0.2.0.jar --date "$(date --utc --date="@$SOURCE_DATE_EPOCH" +%FT%TZ)" \
        --manifest build/java/manifest -C build/java/jar .
}

# The examples into build/java.
build() {
    pack
    quietly javac "${java_warnings[@]}" -cp "build/dist/stauth-0.2.0.jar:$java_classes" -d build/java/example \
        examples/java/{GuestBook,JdkSite,TomcatSite}.java
}

# The tests of the binding, and those of the example, with the jar.
check() {
    local classes status=0
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0
    classes=build/java/test:build/java/example:build/dist/stauth-0.2.0.jar:$java_classes
    mapfile -t sources < <(find bindings/java/test examples/java -name "*.java")
    quietly javac "${java_warnings[@]}" -cp "$classes" -d build/java/test "${sources[@]}" || return 1
    timeout 300 java -XX:+UseSerialGC -cp "$classes" dev.stauth.Tap > build/java/test.tap 2> build/java/test.log || status=1
    results_of tap java < build/java/test.tap || status=1
    [ "$status" = 0 ] || tail -n 100 build/java/test.log
    return "$status"
}

# The compiler's warnings and the documentation's; build() has no others.
lint() {
    mapfile -t sources < <(find bindings/java/src -name '*.java')
    quietly javadoc -Xdoclint:all -Werror -quiet -encoding UTF-8 -cp "$java_classes" -d "$(mktemp -d)" "${sources[@]}"
    python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' bindings/java/pom.xml
}

build_benchmark() {
    quietly javac "${java_warnings[@]}" -cp "build/dist/stauth-0.2.0.jar:$java_classes" -d "$PWD/build/bench/bin" "$PWD/benchmarks/runtimes/Runtime.java"
}

benchmark() {
    exec java -XX:+UseSerialGC -cp "$PWD/build/bench/bin:build/dist/stauth-0.2.0.jar:$java_classes" Runtime "$@"
}
