using System.Collections.Generic;
using System.IO;
using Stauth.Testing;

namespace Stauth.Tests
{
    /// <summary>The package, as its users get it.</summary>
    internal sealed class PackageTest
    {
        private const string Source = @"using System;
using Stauth.Testing;

static class Program
{
    static void Main()
    {
        Console.WriteLine(new TestApp().SignIn().Split('=')[0]);
    }
}
";

        /// <summary>A program in an empty folder, with nothing of the project but the package.</summary>
        internal void TestInstalledPackage()
        {
            string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            Directory.CreateDirectory(folder);
            string package = Path.Combine(Check.Root, "build/dist/Stauth.0.2.0.nupkg");
            Check.Equal(0, Check.Run("python3", "-m zipfile -e " + package + " " + folder).Key);
            foreach (string name in new[] { "Stauth.nuspec", "[Content_Types].xml", "_rels/.rels", "README.md", "LICENSE" })
            {
                Check.That(File.Exists(Path.Combine(folder, name)), name);
            }

            Check.Contains(File.ReadAllText(Path.Combine(folder, "lib/net461/Stauth.xml")), "M:Stauth.App.Preload");
            File.Copy(Path.Combine(folder, "lib/net461/Stauth.dll"), Path.Combine(folder, "Stauth.dll"));
            string source = Path.Combine(folder, "Program.cs"), program = Path.Combine(folder, "Program.exe");
            File.WriteAllText(source, Source);
            string reference = "-r:" + Path.Combine(folder, "Stauth.dll");
            Check.Equal(
                new KeyValuePair<int, string>(0, string.Empty),
                Check.Run("mcs", reference + " -out:" + program + " " + source));

            string library = Path.Combine(Check.Root, "build/prefix/lib/libstauth.so.0");
            var bare = new[] { "STAUTH_LIBRARY", string.Empty, "LD_LIBRARY_PATH", string.Empty };
            if (!Check.Run("/sbin/ldconfig", "-p").Value.Contains("libstauth.so.0"))
            {
                Check.Contains(Check.Run("mono", program, bare).Value, "libstauth.so.0 could not be loaded");
            }

            Check.Equal("stauth_session\n", Check.Run("mono", program, "STAUTH_LIBRARY", library).Value);
            bare[3] = Path.GetDirectoryName(library);
            Check.Equal("stauth_session\n", Check.Run("mono", program, bare).Value);
            bare[3] = string.Empty;
            foreach (string place in new[] { string.Empty, "runtimes/linux-x64/native" })
            {
                string own = Path.Combine(folder, place, "libstauth.so.0");
                Directory.CreateDirectory(Path.GetDirectoryName(own));
                File.Copy(library, own);
                Check.Equal("stauth_session\n", Check.Run("mono", program, bare).Value);
                File.Delete(own);
            }

            Directory.Delete(folder, true);
        }

        internal void TestCookiesOfAnotherApp()
        {
            TestApp auth = new TestApp(), other = new TestApp();
            string cookie = auth.SignIn(Check.Ada);
            Check.That(auth.App.UserFromCookie(cookie).IsLoggedIn && !other.App.UserFromCookie(cookie).IsLoggedIn);
        }

        internal void TestSettingsOfTheTestApp()
        {
            var settings = new Dictionary<string, string> { { "auth.cookie_prefix", "mine" }, { "auth.require_login", "true" } };
            var auth = new TestApp(settings);
            Check.That(auth.SignIn().StartsWith("mine_session=") && auth.App.RequiresLogin);
        }

        /// <summary>The login has every check.</summary>
        internal void TestClaimsThatAreRefused()
        {
            foreach (string name in new[] { "sub", "aud" })
            {
                var claims = new Dictionary<string, object> { { name, string.Empty } };
                Check.Fails<TokenInvalidException>(() => new TestApp().SignIn(claims));
            }
        }
    }
}
