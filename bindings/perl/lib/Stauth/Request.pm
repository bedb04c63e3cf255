package Stauth::Request;
use strict;
use warnings;
use parent 'Stauth::Unique';

use Carp            ();
use Stauth::Library ();
use Stauth::User    ();

# Those that st_request_add_header() asks for; it ignores all others.
our @HEADERS = qw(
  cookie origin referer sec-fetch-site sec-fetch-mode sec-purpose purpose x-purpose x-moz upgrade content-type accept
  accept-language authorization dpop access-control-request-method host x-forwarded-host x-forwarded-proto x-request-id
  secure-session-response sec-secure-session-id secure-session-skipped
);

# The most that the library accepts.
our $LONGEST_BODY = 64 * 1024;
our ($RESPOND, $WAIT) = (1, 2);
my %OPTIONS = map { $_ => 1 } qw(return_to login_hint prompt acr_values max_age ui_locales);

# Made by Stauth::App's request().
sub new {
    my ($class, $app, $method, $target, $headers, $address) = @_;
    ($method, $target) = map { Stauth::Library::octets($_) } $method, $target;
    Stauth::Library::call('st_request_new', $app->{handle}, $method, $target, \my $handle);
    my $self  = bless {handle => $handle, stand_in => $app->{stand_in}}, $class;
    my $block = join '', map { Stauth::Library::octets($_) . "\0" } map { @$_ } @$headers;
    $self->_call('add_headers', $block, length $block);
    $self->_call('set_client_address', Stauth::Library::octets($address)) if defined $address;
    return $self;
}

sub _call {
    my $self = shift;
    my $name = shift;
    return Stauth::Library::call("st_request_$name", $self->{handle}, @_);
}

sub wants_body {
    my ($self) = @_;
    return Stauth::Library::st_request_wants_body($self->{handle}) == 1;
}

sub set_body {
    my ($self, $content) = @_;
    my $bytes = Stauth::Library::bytes($content);
    return $self->_call('set_body', $bytes, length $bytes);
}

sub add_route {
    my ($self, $path) = @_;
    my $bytes = Stauth::Library::bytes($path);
    return $self->_call('add_route', $bytes, length $bytes);
}

sub begin {
    my ($self) = @_;
    delete $self->{user};
    return $self->_act('begin') == $RESPOND;
}

# A call with an action, which in tests may be to wait for their provider.
sub _act {
    my ($self, $name, @arguments) = @_;
    $self->_call($name, @arguments, \my $action);
    return $action == $WAIT ? $self->_settle : $action;
}

# Answers what this request asks a provider; only in tests, where it is the test's.
sub _settle {
    my ($self) = @_;
    my $action = 0;
    while (my $exchange = Stauth::Library::st_request_exchange($self->{handle})) {
        $self->{stand_in}{provider}->answer($exchange);
        $self->_call('resume', \$action);
    }
    return $action;
}

sub user {
    my ($self) = @_;
    return $self->{user} //= $self->_read_user;
}

sub _read_user {
    my ($self) = @_;
    my $status = Stauth::Library::st_request_user_json($self->{handle}, \my $address, \my $length, undef);
    return Stauth::User->anonymous if $status != 0;
    return Stauth::User->new(Stauth::Library::bytes_at($address, $length));
}

sub login {
    my ($self, $provider, %options) = @_;
    $self->_refuse_if_late;
    for (sort keys %options) { Carp::croak("unknown option: $_") unless $OPTIONS{$_} }
    my $name = defined $provider ? Stauth::Library::text($provider) : undef;
    $self->_set(%options);
    $self->_call('login', $name);
    $self->_settle if $self->{stand_in};
    return;
}

sub logout {
    my ($self, %options) = @_;
    $self->_refuse_if_late;
    for (sort keys %options) { Carp::croak("unknown option: $_") unless $_ eq 'local' }
    $self->_set($options{local} ? (logout => 'local') : ());
    $self->_call('logout');
    $self->{user} = Stauth::User->anonymous;
    return;
}

# Sets options for the next call, which uses them up. If one is refused, none is left for another call.
sub _set {
    my ($self, %options) = @_;
    my %given = map { $_ => Stauth::Library::text($options{$_}) } grep { defined $options{$_} } keys %options;
    return if eval { $self->_call('set', $_, $given{$_}) for sort keys %given; 1 };
    my $problem = $@;
    Stauth::Library::st_request_set($self->{handle}, $_, undef, undef) for keys %given;
    die $problem;
}

sub require_login {
    my ($self, $path, $gate) = @_;
    $self->_refuse_if_late;
    my $bytes = defined $path ? Stauth::Library::bytes($path) : undef;
    return $self->_act('require_login', $gate, $bytes, length($bytes // '')) != $RESPOND;
}

sub is_fresh {
    my ($self, $seconds) = @_;
    return Stauth::Library::st_request_is_fresh($self->{handle}, int $seconds) == 1;
}

sub access_token {
    my ($self) = @_;
    $self->_refuse_if_late;
    delete $self->{user};    # a refresh may change it
    my ($token, $expiry, $scope);
    my $read = sub { $self->_call('access_token', \my $action, \$token, \$expiry, \$scope); $action };
    if ($read->() == $WAIT) { $self->_settle; $read->() }
    return ($token, $expiry || undef, $scope);
}

sub refresh {
    my ($self) = @_;
    $self->_refuse_if_late;
    delete $self->{user};
    my $read = sub { $self->_call('refresh', \my $action); $action };
    if ($read->() == $WAIT) { $self->_settle; $read->() }
    return;
}

sub refuse {
    my ($self, $code) = @_;
    return $self->_call('refuse', Stauth::Library::text($code));
}

sub error {
    my ($self) = @_;
    my $error = Stauth::Library::st_request_error($self->{handle});
    return defined $error ? Stauth::Library::exception(Stauth::Library::st_error_status($error), $error) : undef;
}

sub status {
    my ($self) = @_;
    return Stauth::Library::st_request_response_status($self->{handle});
}

sub headers {
    my ($self) = @_;
    return [] unless defined $self->{handle};
    $self->_call('response_headers', \my $address, \my $length);
    my @parts = split /\0/, Stauth::Library::bytes_at($address, $length), -1;
    pop @parts;
    return [map { [@parts[2 * $_, 2 * $_ + 1]] } 0 .. @parts / 2 - 1];
}

sub content {
    my ($self) = @_;
    $self->_call('response_body', \my $address, \my $length);
    return Stauth::Library::bytes_at($address, $length);
}

sub close {
    my ($self) = @_;
    return unless defined $self->{handle};
    $self->user;    # stays readable
    $self->_free;
    return;
}

sub _free {
    my ($self) = @_;
    Stauth::Library::st_request_free(delete $self->{handle}) if defined $self->{handle};
    return;
}

sub _refuse_if_late {
    my ($self) = @_;
    return if defined $self->{handle};
    die Stauth::Error::InvalidArgument->new('this call comes too late: the response has begun',
        code => 'out_of_sequence');
}

sub DESTROY {
    my ($self) = @_;
    local $!;
    $self->_free unless ${^GLOBAL_PHASE} eq 'DESTRUCT';
    return;
}

1;
__END__

=encoding UTF-8

=head1 NAME

Stauth::Request - one HTTP request, and the library's part of the response

=head1 SYNOPSIS

    my $request = $env->{'stauth.request'};              # Plack::Middleware::Stauth makes one for each
    my $email   = $request->user->claim('email');
    $request->login('google', return_to => '/report');   # in place of what the application returns
    $request->logout;

=head1 METHODS FOR AN APPLICATION

=over

=item user

The L<Stauth::User> who sent it. Read it before the response begins, which then says that it depends on the user.

=item login($provider, %options)

Makes the response a redirect to this provider; undef is the default one, or a page where the user chooses. Options of this
login alone: C<return_to>, a path; C<login_hint>, C<prompt>, C<acr_values>, C<max_age> in seconds, C<ui_locales>. If it
raises an error, nothing has changed. May wait for the network.

=item logout(local => 1)

Ends the session, and makes the response a redirect to the provider's logout, or to the start page; with C<local>, the
session at the provider stays. Raises Stauth::Error::RequestRefused unless a page of this site sent the request.

=item require_login

True if this user may see a page for signed-in users. If not, the response is a redirect to the login, or 401 if the
request could not follow one. May wait for the network.

=item is_fresh($seconds)

True if the provider authenticated the user at most so many seconds ago. If not, C<< login(undef, max_age => $seconds) >>
has the user authenticate again, and comes back to this page.

=item access_token

A token to call an API with, its expiry in seconds since 1970 (undef if the provider does not say) and its scope, refreshed
if it would expire soon. Requires C<expose_tokens> with C<access>.

=item refresh

Reads the user's claims anew from the provider; C<user> has them afterwards.

=item refuse($code)

Makes the response the library's page for an error code.

=item error

The L<Stauth::Error> for which this request's login was refused; undef if it was not.

=back

=head1 METHODS FOR A SERVER

C<wants_body>, C<set_body($content)>, C<add_route($path)>, then C<begin>, which is true if the library has answered: send
C<status>, C<headers> (pairs, in which a name may repeat) and C<content>. Otherwise, C<status> is 0 unless the application
called C<login> or C<logout>; add C<headers> to its response. C<close> frees the library's memory of it.

=cut
