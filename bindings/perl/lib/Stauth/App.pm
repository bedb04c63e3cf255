package Stauth::App;
use strict;
use warnings;
use parent 'Stauth::Unique';

use Carp            ();
use Stauth::Library ();
use Stauth::Log     ();
use Stauth::Request ();
use Stauth::User    ();

my $DEFAULT_SECRETS = '.streamlit/secrets.toml';
my %KNOWN           = map { $_ => 1 } @Stauth::Request::HEADERS;

# Settings and provider of applications that would read a file; set by Stauth::Testing.
our $STAND_IN;

sub new {
    my ($class, %options) = @_;
    my ($secrets, $toml, $settings, $stand_in) = delete @options{qw(secrets toml settings stand_in)};
    Carp::croak('unknown option: ' . join ', ', sort keys %options) if %options;
    Carp::croak('pass secrets or toml, not both')                   if defined $secrets && defined $toml;
    my $is_told = defined $toml || $settings;
    $stand_in //= $STAND_IN unless $is_told;
    ($secrets, $settings) = (undef, $stand_in->{settings}) if $stand_in;
    $secrets //= length($ENV{STAUTH_SECRETS} // '') ? $ENV{STAUTH_SECRETS} : $DEFAULT_SECRETS
      unless $is_told || $stand_in;
    Stauth::Library::load();
    my $self = bless {stand_in => $stand_in}, $class;
    $self->{handle} = _build($secrets, $toml, $settings // {}, $stand_in);
    return $self;
}

sub _build {
    my ($secrets, $toml, $settings, $stand_in) = @_;
    Stauth::Library::call('st_config_new', \my $config);
    my $app = eval {
        Stauth::Library::call('st_config_load_file', $config, Stauth::Library::text($secrets)) if defined $secrets;
        if (defined $toml) {
            my $bytes = Encode::encode('UTF-8', $toml);
            Stauth::Library::call('st_config_load_toml', $config, $bytes, length $bytes);
        }
        for my $key (sort keys %$settings) {
            Stauth::Library::call('st_config_set', $config, map { Stauth::Library::text($_) } $key, $settings->{$key});
        }
        Stauth::Library::call('st_config_set_log',        $config, Stauth::Log::callback(), undef, undef);
        Stauth::Library::call('st_config_set_event_loop', $config, 1) if $stand_in;
        Stauth::Library::call('st_app_new',               $config, \my $made);
        $made;
    };
    my $problem = $@;
    Stauth::Library::st_config_free($config);
    die $problem unless defined $app;
    return $app;
}

sub requires_login {
    my ($self) = @_;
    return Stauth::Library::st_app_requires_login($self->{handle}) == 1;
}

sub preload {
    my ($self) = @_;
    return Stauth::Library::call('st_app_preload', $self->{handle});
}

sub user_from_cookie {
    my ($self, $cookie) = @_;
    return Stauth::User->anonymous unless defined $cookie;
    my $bytes     = Stauth::Library::bytes($cookie);
    my @arguments = ($self->{handle}, $bytes, length $bytes);
    return Stauth::User->new(Stauth::Library::written('st_user_from_cookie', @arguments));
}

sub stats {
    my ($self) = @_;
    return Stauth::Library::decoded(Stauth::Library::written('st_app_stats_json', $self->{handle}));
}

sub stats_prometheus {
    my ($self) = @_;
    return Stauth::Library::written('st_app_stats_prometheus', $self->{handle});
}

sub request {
    my ($self, $method, $target, $headers, %options) = @_;
    my @known = map { $KNOWN{lc $_->[0]} ? [lc $_->[0], $_->[1]] : () } @{$headers // []};

    # A test client without an Accept header counts as a browser.
    push @known, ['accept', 'text/html'] if $self->{stand_in} && !grep { $_->[0] eq 'accept' } @known;
    return Stauth::Request->new($self, $method, $target, \@known, $options{client_address});
}

sub login_path {
    my ($self) = @_;
    return Stauth::Library::st_app_login_path($self->{handle}) // die _closed();
}

sub logout_path {
    my ($self) = @_;
    return Stauth::Library::st_app_logout_path($self->{handle}) // die _closed();
}

sub callback_paths {
    my ($self) = @_;
    my @found;
    while (defined(my $path = Stauth::Library::st_app_callback_path($self->{handle}, scalar @found))) {
        push @found, $path;
    }
    return @found;
}

sub login_url {
    my ($self, %query) = @_;
    my @pairs;
    for my $name (grep { defined $query{$_} } sort keys %query) {
        push @pairs, "$name=" . (Stauth::Library::text($query{$name}) =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/aegr);
    }
    return join '?', $self->login_path, @pairs ? join('&', @pairs) : ();
}

sub close {
    my ($self) = @_;
    return unless defined $self->{handle};
    Stauth::Library::st_app_free(delete $self->{handle});
    return;
}

sub _closed {
    return Stauth::Error::InvalidArgument->new('the application is closed', code => 'invalid_handle');
}

sub DESTROY {
    my ($self) = @_;
    local $!;
    $self->close unless ${^GLOBAL_PHASE} eq 'DESTRUCT';
    return;
}

1;
__END__

=encoding UTF-8

=head1 NAME

Stauth::App - a relying party: checked settings, keys, and what is cached of the providers

=head1 SYNOPSIS

    my $app = Stauth::App->new;                         # reads .streamlit/secrets.toml, or $STAUTH_SECRETS
    my $app = Stauth::App->new(secrets => 'my.toml');
    my $app = Stauth::App->new(toml => $text, settings => {'auth.port' => 8501});

=head1 METHODS

Usually a process has one. Make it before a server forks, if you like. C<new> raises
L<Stauth::Error|Stauth::Error>::ConfigurationError, which lists all problems.

=over

=item requires_login

True if the settings require a login for the pages of the site.

=item preload

Fetches metadata and keys of all providers, so the first login need not. May wait for the network.

=item user_from_cookie($cookie)

The L<Stauth::User> of a Cookie header; undef is nobody. Never waits, but for a session store.

=item request($method, $target, [[$name, $value], ...], client_address => $address)

A L<Stauth::Request>: the target is path and query, percent-encoded as received; the address is the browser's, for the log.

=item login_path, logout_path, callback_paths

The library's own paths: C</auth/login>, C</auth/logout>, and where providers send users back to.

=item login_url(provider => $name, return_to => $path)

The address for a "Sign in" link.

=item stats, stats_prometheus

The numbers for monitoring, of this process; docs/monitoring.md describes them.

=item close

Closes the application; requests made from it stay usable.

=back

=cut
