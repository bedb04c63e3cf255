package StauthTest;
use strict;
use warnings;

use Exporter qw(import);
use File::Basename ();
use File::Spec     ();
use Plack::Middleware::Lint;
use Plack::Middleware::Stauth;
use Plack::Test;
use HTTP::Request;
use Stauth::Testing;
use Test::More;

# What the tests share.
our @EXPORT = qw(auth begun fails log_lines visit $ROOT $HEADER $PAGE);

# A warning of this binding is an error.
$SIG{__WARN__} = sub { die @_ };

our $ROOT   = File::Spec->rel2abs(File::Basename::dirname(__FILE__) . '/../../../..');
our $HEADER = -e "$ROOT/include/stauth.h" ? do { local (@ARGV, $/) = "$ROOT/include/stauth.h"; <> } : undef;
our $PAGE   = sub { return [200, ['Content-Type' => 'text/plain'], ['the page']] };
my ($auth, @lines);
Stauth->set_logger(sub { push @lines, "@_" });

sub auth { return $auth //= Stauth::Testing->new }

# Those since the last call.
sub log_lines { return join "\n", splice @lines }

# A request of this user, or of nobody.
sub begun {
    my ($claims, $headers, $app) = @_;
    $app //= auth();
    my @cookie  = $claims ? ['Cookie', $app->cookie_header(%$claims)] : ();
    my $request = $app->request('GET', '/page', [['Sec-Fetch-Site', 'same-origin'], @cookie, @{$headers // []}]);
    ok !$request->begin, 'the page is the response';
    return $request;
}

sub fails {
    my ($kind, $code, $call, $name) = @_;
    local $@;
    my $is_done = eval { $call->(); 1 };
    $name //= "$kind $code";
    return fail "$name: nothing failed" if $is_done;
    my $error = $@;
    ok ref $error && $error->isa("Stauth::Error::$kind") && $error->code eq $code, $name
        or diag ref $error ? ref($error) . " $error->{code}: $error" : $error;
    return $error;
}

# The response to a request behind the middleware, which PSGI's own rules are checked for on both sides.
sub visit {
    my ($target, %options) = @_;
    my $app  = Plack::Middleware::Lint->wrap($options{app} // $PAGE);
    my $site = Plack::Middleware::Stauth->wrap($app, auth => $options{auth} // auth(), %{$options{gate} // {}});
    my $request = HTTP::Request->new($options{method} // 'GET', "http://localhost:8501$target");
    $request->header('Sec-Fetch-Site' => 'same-origin', Host => 'localhost:8501', %{$options{headers} // {}});
    $request->header(Cookie => ($options{auth} // auth())->cookie_header(%{$options{user}})) if $options{user};
    $request->content($options{content}) if defined $options{content};
    my $env = sub {
        my ($handle) = @_;
        return sub { my %env = (%{$_[0]}, %{$options{env} // {}}); $handle->(\%env) };
    };
    return Plack::Test->create($env->(Plack::Middleware::Lint->wrap($site)))->request($request);
}

1;
