package dev.stauth;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Runs the methods test…() of the classes that it is given, each on a new object, and reports them as TAP. */
public final class Tap {
    private static int count;
    private static boolean passed = true;

    private Tap() {
    }

    /**
     * Runs all tests of the binding, or the classes named.
     *
     * @param names of classes
     * @throws ClassNotFoundException if there is none of a name
     */
    public static void main(String[] names) throws ClassNotFoundException {
        List<String> classes = names.length > 0 ? List.of(names)
                : List.of("dev.stauth.DeclarationsTest", "dev.stauth.AppTest", "dev.stauth.CallbackTest", "dev.stauth.ClaimsTest",
                        "dev.stauth.RequestTest", "dev.stauth.ProcessTest", "dev.stauth.TestAppTest", "dev.stauth.PackageTest",
                        "dev.stauth.httpserver.LoginHandlerTest", "dev.stauth.servlet.LoginFilterTest",
                        "dev.stauth.servlet.PageTest", "SiteTest");
        for (String name : classes) {
            Method[] methods = Class.forName(name).getDeclaredMethods();
            Arrays.sort(methods, Comparator.comparing(Method::getName));
            for (Method method : methods) {
                if (method.getName().startsWith("test")) {
                    run(method);
                }
            }
        }
        System.out.println("1.." + count);
        System.exit(passed ? 0 : 1);
    }

    private static void run(Method method) {
        String name = ++count + " - " + method.getDeclaringClass().getSimpleName() + "." + method.getName();
        try {
            var constructor = method.getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            method.setAccessible(true);
            method.invoke(constructor.newInstance());
            System.out.println("ok " + name);
        } catch (InvocationTargetException exception) {
            fail(name, exception.getCause());
        } catch (ReflectiveOperationException exception) {
            fail(name, exception);
        }
    }

    private static void fail(String name, Throwable thrown) {
        passed = false;
        System.out.println("not ok " + name);
        System.out.println("# " + thrown.toString().replace("\n", "\n# "));
        Arrays.stream(thrown.getStackTrace()).limit(12).forEach(frame -> System.out.println("#   at " + frame));
    }
}
