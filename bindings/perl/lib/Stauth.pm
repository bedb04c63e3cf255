package Stauth;
use strict;
use warnings;

our $VERSION = '0.002000';
$VERSION = eval $VERSION;

use Stauth::App ();
use Stauth::Log ();

sub set_logger {
    my ($class, $logger) = @_;
    return Stauth::Log::set_logger($logger);
}

1;
__END__

=encoding UTF-8

=head1 NAME

Stauth - sign in with any OpenID provider

=head1 SYNOPSIS

    use Plack::Middleware::Stauth;                           # in app.psgi
    Plack::Middleware::Stauth->wrap($app);

    my $request = $env->{'stauth.request'};                  # in the application
    my $email   = $request->user->claim('email');            # who sent this request?
    $request->login('google');                               # send this user to that provider
    $request->logout;                                        # end the session

=head1 DESCRIPTION

Streamlit's C<st.login>, C<st.logout> and C<st.user> for PSGI. It is a thin layer over libstauth.so.0: all pages, checks
and log lines are the library's. See L<Plack::Middleware::Stauth>, L<Stauth::App>, L<Stauth::Request>, L<Stauth::User>,
L<Stauth::Error> and, for the tests of your application, L<Stauth::Testing>.

=head1 METHODS

=over

=item Stauth->set_logger($sub)

Passes the library's events to C<< $sub->($level, $line) >>; the level is C<info>, C<warning> or C<error>. By default,
warnings and errors go to STDERR, or what the environment variable STAUTH_LOG asks for: one of these three words.

=back

=cut
