use strict;
use warnings;
use utf8;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use HTTP::Request;
use Plack::Test;
use Plack::Util;
use Stauth::Testing;
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output);
Stauth->set_logger(sub { });
my $auth = Stauth::Testing->new->install;
my $app  = Plack::Util::load_psgi(dirname(abs_path(__FILE__)) . '/../app.psgi');
my %ADA  = (sub => 'ada', email => 'ada@example.org', name => 'Ada <3 Ж');

sub visit {
    my ($target, $user, $method, %headers) = @_;
    my $request = HTTP::Request->new($method // 'GET', "http://localhost:8501$target");
    $request->header('Sec-Fetch-Site' => 'same-origin', Host => 'localhost:8501', %headers);
    $request->header(Cookie => $auth->cookie_header(%$user)) if $user;
    return Plack::Test->create($app)->request($request);
}

like visit('/any/page')->content, qr{href="/auth/login"}, 'a page for everybody';
my $page = visit('/any/page', \%ADA)->decoded_content;
like $page, qr/\Q$_\E/, $_ for 'ada@example.org', 'Hello, Ada &#60;3 Ж<', 'you are ada', 'action="/auth/logout"';
like visit('/user.json', \%ADA)->content, qr/"email":"ada\@example.org"/, 'the user as JSON';

is visit('/members', \%ADA)->decoded_content, 'Welcome, Ada <3 Ж', 'a member';
is visit('/members', {sub => 'x'})->content, 'Welcome, member', 'a member without a name';
like visit('/members')->header('Location'), qr{^https://provider\.test/authorize\?}, 'nobody is a member';

like visit('/login')->header('Location'), qr{^https://provider\.test/authorize\?}, 'a login';
my $unknown = visit('/login?provider=nobody');
is $unknown->code, 404, 'a provider that does not exist';
like $unknown->content, qr/provider_unknown/, 'the page says so';

my $logout = visit('/logout', \%ADA, 'POST');
is $logout->code, 303, 'a logout';
like $logout->header('Set-Cookie'), qr/Max-Age=0/, 'the cookie is removed';
is visit('/logout', \%ADA, 'POST', 'Sec-Fetch-Site' => 'cross-site')->code, 403, 'a logout by another site';
done_testing;
