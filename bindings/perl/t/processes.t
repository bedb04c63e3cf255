use strict;
use warnings;
use lib 't/lib';
use Config;
use POSIX ();
use StauthTest;
use Test::More;

# The exit status of a child that runs this sub.
sub in_child {
    my ($call) = @_;
    my $child = fork // die "fork: $!\n";
    POSIX::_exit($call->() ? 0 : 1) unless $child;
    waitpid $child, 0;
    return $?;
}

subtest 'a child goes on with what its parent made' => sub {
    my $cookie  = auth->cookie_header(sub => 'ada');
    my $request = begun({sub => 'bob'});
    for (1 .. 5) {
        my $status = in_child(sub {
            my $own = auth->request('GET', '/', [['Cookie', $cookie]]);
            $own->begin;
            my $users = join ' ', map { $_->claim('sub') } $own->user, $request->user, auth->user_from_cookie($cookie);
            $request->close;
            return $users eq 'ada bob ada' && auth->sign_in;
        });
        is $status, 0;
    }
    is $request->user->claim('sub'), 'bob', 'and the parent with its own';
};

subtest 'many children at once' => sub {
    my @cookies = map { auth->cookie_header(sub => $_) } 0 .. 7;
    my @children;
    for my $number (0 .. 7) {
        my $child = fork // die "fork: $!\n";
        POSIX::_exit(grep({ auth->user_from_cookie($cookies[$number])->claim('sub') ne $number } 1 .. 100) ? 1 : 0)
            unless $child;
        push @children, $child;
    }
    for (@children) { waitpid $_, 0; is $?, 0 }
};

subtest 'the handler of a signal asks about another user' => sub {
    my @cookies = map { auth->cookie_header(sub => $_) } qw(ada bob);
    my $handled = 0;
    local $SIG{ALRM} = sub { $handled += auth->user_from_cookie($cookies[1])->claim('sub') eq 'bob' };
    require Time::HiRes;
    Time::HiRes::setitimer(Time::HiRes::ITIMER_REAL(), 0.0005, 0.0005);
    my %found;
    $found{auth->user_from_cookie($cookies[0])->claim('sub')}++ until $handled >= 100;
    Time::HiRes::setitimer(Time::HiRes::ITIMER_REAL(), 0);
    is_deeply [keys %found], ['ada'];
};

subtest 'the end of a program' => sub {
    my $begin = 'use Stauth::Testing; our $a = Stauth::Testing->new; our $r = $a->request("GET", "/"); $r->begin; our $o = $a; ';
    my %ends = ('' => 0, 'exit 3' => 3 << 8, 'kill TERM => $$' => 15, '$! = 9; die "x\n"' => 9 << 8,
        'my $c = [$a, $r]; push @$c, $c;' => 0);
    for my $end (sort keys %ends) {
        my $said = `exec $^X -Ilib -e '$begin$end' 2>&1`;
        is $?, $ends{$end}, $end;
        is $said, $end =~ /die/ ? "x\n" : '', $end;
    }
};

subtest 'a destructor at the end of a program' => sub {
    my $script = <<'END';
        use strict; use warnings; use Stauth::Testing;
        my $auth = our $hidden = Stauth::Testing->new;
        Stauth->set_logger(sub { });
        sub Late::DESTROY {
            my $is_done = eval { $auth->request("GET", "/oauth2callback?state=x&code=y")->begin; 1 };
            print $is_done ? "done" : $@->code, "\n";
        }
        our @late = map { bless {}, "Late" } 1 .. 50;
END
    is `$^X -Ilib -e '$script' 2>&1`, "invalid_handle\n" x 50, 'after the function that logs may have ended';
    is $?, 0;
};

subtest 'objects that another thread gets' => sub {
    plan skip_all => 'this Perl has no threads' unless $Config{useithreads};
    my $script = <<'END';
        use threads; use strict; use Stauth::Testing;
        my $auth = Stauth::Testing->new; my $cookie = $auth->cookie_header(sub => "ada");
        my $request = $auth->request("GET", "/", [["Cookie", $cookie]]);
        my @threads = map { threads->create(sub {
            my $refused = !eval { $request->begin; 1 } && !eval { $auth->sign_in; 1 };
            my $own = Stauth::Testing->new; my $callback = $own->request("GET", "/oauth2callback?state=x&code=y");
            $callback->begin;
            return join " ", $refused, $own->user_from_cookie($own->cookie_header(sub => "bob"))->claim("sub");
        }) } 1 .. 4;
        print "$_\n" for map { $_->join } @threads;
        $request->begin; print $request->user->claim("sub"), " ", $auth->user_from_cookie($cookie)->claim("sub"), "\n";
END
    local $ENV{STAUTH_LOG} = 'error';
    is `$^X -Ilib -e '$script' 2>&1`, "1 bob\n" x 4 . "ada ada\n";
    is $?, 0;
};
done_testing;
