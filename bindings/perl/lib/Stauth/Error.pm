package Stauth::Error;
use strict;
use warnings;

# Also in the cause of a `die`, this shows what to do.
use overload '""' => sub { $_[0]{message} }, 'bool' => sub { 1 }, fallback => 1;

# The kinds by the number of their st_status.
our @KINDS = qw(
  - InvalidArgument ConfigurationError NetworkError ProviderError AuthorizationDenied TokenInvalid LoginInvalid
  RequestRefused LimitExceeded NoRequest CryptographyError InternalError
);
for my $kind (@KINDS[1 .. $#KINDS], 'LibraryNotFound') {
    no strict 'refs';
    @{"Stauth::Error::${kind}::ISA"} = __PACKAGE__;
}

sub new {
    my ($class, $message, %fields) = @_;
    return bless {code => 'internal_error', http_status => 500, %fields, message => $message}, $class;
}

# The class of an st_status.
sub kind {
    my ($class, $status) = @_;
    return $status > 0 && $KINDS[$status] ? "Stauth::Error::$KINDS[$status]" : $class;
}

# Text with a NUL would end there.
sub invalid_text {
    my ($class, $message) = @_;
    return Stauth::Error::InvalidArgument->new($message, code => 'invalid_text', http_status => 400);
}

sub message              { return $_[0]{message} }
sub code                 { return $_[0]{code} }
sub http_status          { return $_[0]{http_status} }
sub provider_code        { return $_[0]{provider_code} }
sub provider_description { return $_[0]{provider_description} }

1;
__END__

=encoding UTF-8

=head1 NAME

Stauth::Error - why an operation failed

=head1 DESCRIPTION

The message, which is also the error as text, says what to do, is for developers, and never contains a secret.

=over

=item code

A stable word for programs and for support, such as C<state_mismatch>; docs/errors.md lists them.

=item http_status

A suggestion for the response, 400 to 599.

=item provider_code, provider_description

What the provider sent, such as C<access_denied>; undef if nothing. It can write anything there: for logs and operators,
never for a page or a decision.

=back

The classes below it are

    Stauth::Error::InvalidArgument       the caller's mistake: a closed object, text with a NUL
    Stauth::Error::ConfigurationError    the settings are invalid; the message lists all problems
    Stauth::Error::NetworkError          the provider was not reached, or not in time
    Stauth::Error::ProviderError         the provider answered with an error, or not as the protocol says
    Stauth::Error::AuthorizationDenied   the user, the provider or an authorization rule said no
    Stauth::Error::TokenInvalid          the ID token failed a check
    Stauth::Error::LoginInvalid          the callback belongs to no login of this browser
    Stauth::Error::RequestRefused        a refused request, such as a logout caused by another site
    Stauth::Error::LimitExceeded         an input is too large
    Stauth::Error::NoRequest             the code runs outside of Plack::Middleware::Stauth
    Stauth::Error::CryptographyError     OpenSSL failed
    Stauth::Error::InternalError         a defect of the library; please report it
    Stauth::Error::LibraryNotFound       libstauth.so.0 could not be loaded; the message lists what was tried

=cut
