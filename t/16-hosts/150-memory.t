# Servers without memory: no code any more, and all else goes on, or nothing
# would end and free any.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $valkey = start_valkey(replicas => 1);
my $primary = $valkey->primary;
my $pair = start_pair($valkey, timeout => '3s', http => whatsauth_app(
    name => 'brief', token => 'token-of-tenant-brief',
    callback_url => 'http://127.0.0.1:1/', app_secret => 'secret-of-brief',
    more => 'expires 1s; callback_on validated;'));
my ($one, $other) = $pair->hosts;


# Codes that wait, each with its claim.

sub codes {
    return map {
        my $answer = $one->issue(claim => 1);
        { id => $answer->{headers}{'whatsauth-id'},
          claim => $answer->{headers}{'whatsauth-claim'},
          code => $answer->{json}{code}, from => "5691111111$_",
          retries => 0, asked => $_ };
    } 1 .. 5;
}


# Does the rest of each login, at both hosts in turn.

sub go_on {
    my ($title, @logins) = @_;

    my (@messages, @collects);

    for my $login (@logins) {
        push @messages, $other->message(text_message(">>$login->{code}<<",
            from => $login->{from}))->{status};
        push @collects, $one->request(Test::WhatsAuth::Pair::collect_request(
            $login->{claim}, 'key'))->{status};
        $login->{collected} = $collects[-1];
    }

    is "@messages", join(' ', (200) x @logins), "$title - messages are taken";
    is "@collects", join(' ', (200) x @logins), "$title - and collected";
    $pair->holds("$title - and called for", @logins);
}

my @first = codes();
my @second = codes();
my $brief = $one->issue(token => 'token-of-tenant-brief');
my $used = $primary->info('memory')->{used_memory};

$primary->call('CONFIG', 'SET', 'maxmemory', int($used * 1.05));

ok wait_until(sub { $one->issue->{status} == 503 }, 30),
    'nearly full - no code';
is $other->issue->{status} == 503
   || wait_until(sub { $other->issue->{status} == 503 }, 30), 1,
    'at any host';
go_on('nearly full', @first);

$primary->call('CONFIG', 'SET', 'maxmemory', 1);

is $one->issue->{status}, 503, 'full - no code';
go_on('full', @second);

my @ask = ('GET', "/api/v1/verification/$brief->{headers}{'whatsauth-id'}",
           { Authorization => 'Bearer token-of-tenant-brief' });

ok wait_until(sub {
    ($one->request(@ask)->{json}{status} // '') eq 'expired';
}, 20), 'full - what expires does';

$primary->call('CONFIG', 'SET', 'maxmemory', 0);

ok wait_until(sub { $one->issue->{status} == 200 }, 30), 'room again - codes';

$pair->stop;
$valkey->stop;

done_testing;
