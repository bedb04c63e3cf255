package Plack::Middleware::Stauth;
use strict;
use warnings;
use parent 'Plack::Middleware';

use Plack::Util           ();
use Plack::Util::Accessor qw(auth require_login open_paths);
use Scalar::Util          ();
use Stauth                ();
use Stauth::Gate          ();

# The names of the headers, as PSGI knows them.
my %NAMES = map {
    my $key = uc(tr/-/_/r);
    ($key eq 'CONTENT_TYPE' ? $key : "HTTP_$key") => $_
} @Stauth::Request::HEADERS;

sub prepare_app {
    my ($self) = @_;
    my $auth = $self->auth;
    $self->auth(Stauth::App->new(defined $auth ? (secrets => $auth) : ())) unless ref $auth;
    $self->{gate} = Stauth::Gate->new($self->auth, $self->require_login, @{$self->open_paths // []});
    return;
}

sub call {
    my ($self, $env) = @_;
    my ($request, $response);
    my $is_made = eval {
        $request  = $env->{'stauth.request'} = $self->_make_request($env);
        $response = _begins($self->{gate}, $env, $request) ? _none() : $self->app->($env);
        1;
    };
    ($request, $response) = ($self->_refused($request, $@), _none()) unless $is_made;
    my $later = ref $response eq 'CODE' ? sub { $self->_run($response, $request, $_[0]) } : $response;
    return $self->response_cb($later, sub { return _finish($env, $request, $_[0]) });
}

# An application that responds later can also fail later.
sub _run {
    my ($self, $application, $request, $respond) = @_;
    my $has_begun = 0;
    my $responder = sub { $has_begun = 1; return $respond->(@_) };
    return $request if eval { $application->($responder); 1 };
    die $@          if $has_begun;
    $request = $self->_refused($request, $@);
    $respond->(_none());
    return $request;
}

# A response for the library's to take the place of.
sub _none { return [500, [], []] }

sub _make_request {
    my ($self, $env) = @_;
    my @headers = map { [$NAMES{$_}, $env->{$_}] } grep { defined $env->{$_} } keys %NAMES;
    return $self->auth->request($env->{REQUEST_METHOD}, _target($env), \@headers,
        client_address => $env->{REMOTE_ADDR});
}

# True if the response is the library's.
sub _begins {
    my ($gate, $env, $request) = @_;
    $request->set_body(_body($env->{'psgi.input'})) if $request->wants_body;
    return $gate->begin($request, $env->{PATH_INFO} // '');
}

# Up to one byte more than the library accepts.
sub _body {
    my ($input) = @_;
    my $body = '';
    while ((my $missing = $Stauth::Request::LONGEST_BODY + 1 - length $body) > 0) {
        last unless $input->read($body, $missing, length $body);
    }
    return $body;
}

# The target as the browser sent it, if it is still the path that the application is asked for.
sub _target {
    my ($env)  = @_;
    my $path   = ($env->{SCRIPT_NAME} // '') . ($env->{PATH_INFO} // '');
    my $raw    = $env->{REQUEST_URI} // '';
    my ($sent) = split /\?/, $raw, 2;
    return $raw if $raw =~ m{^/} && ($sent =~ s/%([[:xdigit:]]{2})/chr hex $1/egr) eq $path;
    $path = "/$path" unless $path =~ m{^/};
    my $query = $env->{QUERY_STRING} // '';
    return ($path =~ s/([^!-~]|[?#%])/sprintf '%%%02X', ord $1/egr) . (length $query ? "?$query" : '');
}

# Adds the library's headers. Its response takes the place of the application's if it has one.
sub _finish {
    my ($env, $request, $response) = @_;
    my $filter;
    if ($request->status > 0) {
        my ($content, $body) = ($request->content, $response->[2]);
        $body->close if ref $body && ref $body ne 'ARRAY' && $body->can('close');
        @$response[0, 1] = ($request->status, ['Content-Length' => length $content]);
        $content = '' if $env->{REQUEST_METHOD} eq 'HEAD';
        if   (defined $body) { $response->[2] = [$content] }
        else                 { $filter        = _replacing($content) }
    }
    push @{$response->[1]}, map { @$_ } @{$request->headers};
    $request->close;
    return $filter;
}

# What a streaming application writes, replaced by a text.
sub _replacing {
    my ($content) = @_;
    return sub {
        my ($chunk) = @_;
        my $text = $content;
        $content = defined $chunk ? '' : undef;
        return $text;
    };
}

# The library's page for an error of its own that nobody has caught. Its text is for developers.
sub _refused {
    my ($self, $request, $error) = @_;
    if (!Scalar::Util::blessed($error) || !$error->isa('Stauth::Error')) {
        $request->close if $request;
        die $error;
    }
    Stauth::Log::write_event($error->http_status == 500 ? 'error' : 'warning',
        'uncaught: ' . $error->code . ": $error");
    $request //= $self->auth->request('GET', '/');    # the library has not even taken the request
    $request->refuse($error->code);
    return $request;
}

1;
__END__

=encoding UTF-8

=head1 NAME

Plack::Middleware::Stauth - sign in with any OpenID provider

=head1 SYNOPSIS

    builder {
        enable 'Stauth', require_login => 1, open_paths => ['/health', '/static/'];
        $app;
    };

=head1 DESCRIPTION

Answers the library's own paths, and puts a L<Stauth::Request> into C<< $env->{'stauth.request'} >>. It works with servers
that give each request a process or handle one after another, such as Starman, Starlet and mod_perl, since a call may wait
for a provider. Put it inside of any middleware that changes the path.

=head1 OPTIONS

=over

=item auth

A L<Stauth::App>, or the path of a secrets.toml. By default C<< Stauth::App->new >>.

=item require_login

If true, only signed-in users pass, but for the C<open_paths>.

=item open_paths

C</health> is that path alone, C</static/> that folder and all below it.

=back

If an error of the library's leaves the application, the visitor sees the library's page for it.

=cut
