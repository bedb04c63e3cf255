use strict;
use warnings;
use lib 't/lib';
use File::Copy qw(copy);
use File::Find ();
use File::Temp ();
use StauthTest;
use Test::More;

# The distribution, as `make install` gives it to its users.
my $archive = "$ROOT/build/dist/Stauth-" . sprintf('%.6f', $Stauth::VERSION) . '.tar.gz';
my $library = "$ROOT/build/prefix/lib/libstauth.so.0";
plan skip_all => 'only in the repository, after it has been built' unless -e $archive;

sub succeed {
    my ($command) = @_;
    my $said = `$command 2>&1`;
    is $?, 0, $command =~ s/.*&& //r or diag $said;
    return $said;
}

my $folder = File::Temp->newdir;
delete local @ENV{qw(STAUTH_LIBRARY LD_LIBRARY_PATH PERL5LIB)};
succeed "cd $folder && tar --extract --file $archive";
my ($source) = glob "$folder/Stauth-*";
succeed "cd $source && $^X Makefile.PL INSTALL_BASE=$folder/installed";
succeed "cd $source && make install";

my %found;
File::Find::find(sub { $found{$File::Find::name =~ s{^.*/lib/perl5/}{}r} = 1 if -f }, "$folder/installed");
ok $found{$_}, $_ for qw(Stauth.pm Stauth/Testing/Provider.pm Plack/Middleware/Stauth.pm);
ok -e "$source/$_", $_ for qw(LICENSE README.md META.json);

my $script = "$^X -I$folder/installed/lib/perl5 -MStauth::Testing -e 'print keys %{Stauth::Testing->new->sign_in}'";
like `$script 2>&1`, qr/libstauth\.so\.0 could not be loaded/, 'without the library'
    unless `/sbin/ldconfig -p` =~ /libstauth\.so\.0/;
is succeed("STAUTH_LIBRARY=$library $script"), 'stauth_session', 'the file of the environment';
is succeed('LD_LIBRARY_PATH=' . ($library =~ s{/[^/]+\z}{}r) . " $script"), 'stauth_session', "the system's file";
copy($library, "$folder/installed/lib/perl5/Stauth/libstauth.so.0") or die "copy: $!\n";
is succeed($script), 'stauth_session', "the package's own file";

my $files = join "\n", sort map { s{^$ROOT/bindings/perl/}{}r } split /\n/, `find $ROOT/bindings/perl -type f`;
my $listed = do { local (@ARGV, $/) = "$ROOT/bindings/perl/MANIFEST"; <> };
is $files, join("\n", sort split /\n/, $listed), 'MANIFEST lists every file';
done_testing;
