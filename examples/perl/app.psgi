# A site with a login on PSGI. Start: STAUTH_SECRETS=secrets.toml starman --port 8501 app.psgi
use strict;
use warnings;

use Encode qw(encode);
use Plack::Middleware::Head;
use Plack::Middleware::Stauth;
use Plack::Request;

my $auth = Stauth::App->new;

sub answer {
    my ($type, $content) = @_;
    return [200, ['Content-Type' => $type], [encode('UTF-8', $content)]];
}

sub escaped {
    my ($text) = @_;
    return $text =~ s/([&<>"'])/sprintf '&#%d;', ord $1/egr;
}

sub page {
    my ($user) = @_;
    my ($bar, $text);
    if ($user->logged_in) {
        my ($email, $name, $iss, $sub) = map { escaped($user->claim($_) // '') } qw(email name iss sub);
        $bar = qq(<span>$email</span>
  <form method="post" action="${\ $auth->logout_path}"><button class="button">Log out</button></form>);
        $text = '<h1>Hello' . (length $name ? ", $name" : '') . "</h1>\n<p>To $iss you are $sub.</p>";
    } else {
        $bar  = qq(<a class="button" href="${\ $auth->login_path}">Log in</a>);
        $text = "<h1>Hello</h1>\n<p>Log in, and this page knows your name.</p>";
    }
    return <<"END";
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Guest book</title>
<style>
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { max-width: 38rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere }
  header { display: flex; gap: 1rem; align-items: center; padding: 1rem 0; border-bottom: 1px solid #8884 }
  header b { flex: 1 }
  form { margin: 0 }
  .button { padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff }
  .button { font: inherit; text-decoration: none }
</style>
<header>
  <b>Guest book</b>
  $bar
</header>
$text
</html>
END
}

# Every path shows the page, but for those below.
my $app = sub {
    my ($env) = @_;
    my ($request, $path) = @$env{qw(stauth.request PATH_INFO)};
    my $user = $request->user;
    return [200, ['Content-Type' => 'application/json'], [$user->to_json]] if $path eq '/user.json';
    if ($path eq '/login') {
        $request->login(scalar Plack::Request->new($env)->query_parameters->get('provider'));
        return answer('text/plain', '');    # the library's redirect takes its place
    }
    if ($path eq '/logout' && $env->{REQUEST_METHOD} eq 'POST') {
        $request->logout;
        return answer('text/plain', '');
    }
    if ($path eq '/members') {
        return answer('text/plain',                '') unless $request->require_login;
        return answer('text/plain; charset=utf-8', 'Welcome, ' . ($user->claim('name') // 'member'));
    }
    return answer('text/html; charset=utf-8', page($user));
};

Plack::Middleware::Head->wrap(Plack::Middleware::Stauth->wrap($app, auth => $auth));
