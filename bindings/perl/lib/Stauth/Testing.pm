package Stauth::Testing;
use strict;
use warnings;
use parent 'Stauth::App';

use Stauth                    ();
use Stauth::Testing::Provider ();

# A relying party of an invented provider, at which everybody can sign in.

sub new {
    my ($class, %options) = @_;
    my $redirect_uri = $options{redirect_uri} // 'http://localhost:8501/oauth2callback';
    my $provider     = Stauth::Testing::Provider->new;
    my %settings     = (
        'auth.redirect_uri'  => $redirect_uri,
        'auth.cookie_secret' => $provider->new_secret,
        $provider->settings('auth', ''),
        (map { $provider->settings("auth.$_", "/$_") } @{$options{providers} // []}),
        %{$options{settings} // {}},
    );
    my $self = $class->SUPER::new(stand_in => {settings => \%settings, provider => $provider});
    ($self->{callback}) = $redirect_uri =~ m{^\w+://[^/]+(/[^?]*)};
    return $self;
}

sub install {
    my ($self) = @_;
    $Stauth::App::STAND_IN = $self->{stand_in};
    return $self;
}

sub close {
    my ($self) = @_;
    undef $Stauth::App::STAND_IN if ($Stauth::App::STAND_IN // 0) == $self->{stand_in};
    return $self->SUPER::close;
}

# The first login fetches the metadata.
sub preload { return }

sub sign_in {
    my ($self, %claims) = @_;
    my $name  = delete $claims{provider};
    my $start = $self->_visit($self->login_url(provider => $name));
    my ($issuer, $query) = $start->{location} =~ m{^(.*)/authorize\?(.*)}
      or die Stauth::Error::LoginInvalid->new("the login leads to $start->{location}");
    my %asked = map { _unescaped($_) } map { split /=/, $_, 2 } split /&/, $query;
    my $sub  = $claims{sub} // 'user';
    my $code = $self->{stand_in}{provider}->authorize({%claims, sub => "$sub", nonce => $asked{nonce}, iss => $issuer});
    my $cookies = join '; ', map { "$_=$start->{cookies}{$_}" } sort keys %{$start->{cookies}};
    my $answer  = join '&',  "code=$code", "state=$asked{state}",
      'iss=' . ($issuer =~ s/([:\/])/sprintf '%%%02X', ord $1/egr);
    return $self->_visit("$self->{callback}?$answer", [['cookie', $cookies]])->{cookies};
}

sub cookie_header {
    my ($self, %claims) = @_;
    my $cookies = $self->sign_in(%claims);
    return join '; ', map { "$_=$cookies->{$_}" } sort keys %$cookies;
}

# The redirect, and the cookies that the response sets, without those that it removes.
sub _visit {
    my ($self, $target, $headers) = @_;
    my $request = $self->request('GET', $target, $headers // []);
    $request->begin;
    if (my $error = $request->error) { die $error }
    my %found = (location => '', cookies => {});
    for (@{$request->headers}) {
        my ($name, $value) = (lc $_->[0], $_->[1]);
        $found{location}    = $value if $name eq 'location';
        $found{cookies}{$1} = $2     if $name eq 'set-cookie' && $value =~ /^([^=]+)=([^;]+)/;
    }
    return \%found;
}

sub _unescaped {
    my ($text) = @_;
    return $text =~ tr/+/ /r =~ s/%([[:xdigit:]]{2})/chr hex $1/egr;
}

1;
__END__

=encoding UTF-8

=head1 NAME

Stauth::Testing - sign users in without a provider, in the tests of an application

=head1 SYNOPSIS

    my $auth   = Stauth::Testing->new->install;                        # from here on no secrets.toml is read
    my $app    = Plack::Util::load_psgi('app.psgi');
    my $cookie = $auth->cookie_header(email => 'ada@example.org');     # for the header Cookie

=head1 DESCRIPTION

A L<Stauth::App> with its own new secret, and a provider inside of the process: no other application accepts its cookies.
The login is still complete, with every check. A test client that sends no Accept header counts as a browser.

=head1 METHODS

=over

=item new(redirect_uri => $uri, providers => ['google'], settings => {...})

C<providers>: names of further providers, C<[auth.NAME]> in a secrets.toml. C<settings>: more keys.

=item install

From now on, each Stauth::App that would read a secrets.toml is a twin of this one, which accepts the sessions of this one.
C<close> ends it.

=item sign_in(%claims), cookie_header(%claims)

Signs a user in with these claims, and returns the cookies of the session: a hash, or the header's value. C<sub> is C<user>
unless given; C<provider> is one of C<providers>.

=back

=cut
