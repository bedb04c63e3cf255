using System;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

namespace Stauth.Tests
{
    /// <summary>Runs the methods Test…() of the classes …Test, each on a new object, and reports them as TAP; with arguments,
    /// only the classes named. "child NAME" runs what a test needs in a process of its own.</summary>
    internal static class Tap
    {
        private static int count;
        private static bool passed = true;

        private static int Main(string[] arguments)
        {
            if (arguments.Length > 1 && arguments[0] == "child")
            {
                return Child.Run(arguments[1]);
            }

            var classes = typeof(Tap).Assembly.GetTypes().Where(type => type.Name.EndsWith("Test", StringComparison.Ordinal)
                && (arguments.Length == 0 || arguments.Contains(type.Name)));
            foreach (Type type in classes.OrderBy(type => type.Name, StringComparer.Ordinal))
            {
                const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
                foreach (MethodInfo method in type.GetMethods(Own).Where(method => method.Name.StartsWith("Test")))
                {
                    Run(type, method);
                }
            }

            Console.WriteLine("1.." + count);
            return passed ? 0 : 1;
        }

        private static void Run(Type type, MethodInfo method)
        {
            string name = ++count + " - " + type.Name + "." + method.Name;
            try
            {
                var running = method.Invoke(Activator.CreateInstance(type, true), null) as Task;
                running?.GetAwaiter().GetResult();
                Console.WriteLine("ok " + name);
            }
            catch (Exception thrown)
            {
                passed = false;
                Exception cause = thrown is TargetInvocationException ? thrown.InnerException : thrown;
                Console.WriteLine("not ok " + name);
                Console.WriteLine("# " + cause.ToString().Replace("\n", "\n# "));
            }
        }
    }
}
