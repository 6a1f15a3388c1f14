# Two hosts do the same at the same time: one of them does it, and both say so.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $ROUNDS = 40;

my $valkey = start_valkey(replicas => 1);
my $pair = start_pair($valkey);
my ($one, $other) = $pair->hosts;


# The number of times that each status came, as text.

sub statuses {
    my %times;

    $times{ $_->{status} }++ for @_;
    return join ', ', map { "$times{$_} x $_" } sort keys %times;
}


subtest 'a message to both hosts' => sub {
    my @logins = map { $pair->log_in } 1 .. $ROUNDS;

    is statuses(map { { status => $_->{collected} } } @logins),
        "$ROUNDS x 200", 'each login - is collected';
    $pair->holds('both hosts know of it', @logins);

    my %heard = $pair->site->heard;
    is scalar(grep { @{ $heard{$_->{id}} } != 1 } @logins), 0,
        'the site hears of each once';
};

subtest 'messages of two people with one code' => sub {
    my ($odd, %heard) = (0);
    my @ids;

    for my $round (1 .. $ROUNDS) {
        my $issued = $one->issue;
        my ($id, $code) = ($issued->{headers}{'whatsauth-id'},
                           $issued->{json}{code});

        $odd++ if statuses($pair->both(map {
            [ $one->message_request(text_message(">>$code<<", from => $_)) ]
        } '56911111111', '56922222222')) ne '2 x 200';
        push @ids, $id;
    }

    is $odd, 0, 'both messages - are taken';
    ok wait_until(sub {
        %heard = $pair->site->heard;
        !grep { !$heard{$_} } @ids;
    }), 'the site - hears of each';
    is scalar(grep { @{ $heard{$_} } != 1 } @ids), 0, 'once, of one of them';
};

subtest 'a claim collected at both hosts' => sub {
    my %seen;

    for my $round (1 .. $ROUNDS) {
        my $issued = $one->issue(claim => 1);
        my $claim = $issued->{headers}{'whatsauth-claim'};

        $other->message(text_message(">>$issued->{json}{code}<<"));
        $seen{statuses($pair->both(map {
            [ Test::WhatsAuth::Pair::collect_request($claim, $_) ]
        } 'a', 'b'))}++;
    }

    is_deeply \%seen, { '1 x 200, 1 x 409' => $ROUNDS },
        'with two keys - one gets it, the other is too late';
};

subtest 'sessions' => sub {
    my $browser = Test::WhatsAuth::Browser->new($one);
    my $header = sub { { Cookie => $browser->cookie } };

    $browser->begin_login('56911111111');

    my %form = ('Content-Type' => 'application/x-www-form-urlencoded',
                'Sec-Fetch-Site' => 'same-origin', %{ $header->() });
    my @finished = $pair->both([ 'POST', '/login/finish', \%form, '' ]);
    my @cookies = map { $_->{headers}{'set-cookie'} =~ /(wa-demo=[\w-]+)/ }
                  @finished;

    is statuses(@finished), '2 x 303', 'one login, finished at both - goes on';
    is $cookies[0], $cookies[1], 'with the same session';

    %form = (%form, Cookie => $cookies[0]);
    is statuses($pair->both([ 'GET', '/private/', { Cookie => $cookies[0] } ])),
        '2 x 204', 'which both let in';

    is $one->post('/login/logout', '', \%form)->{status}, 303,
        'logout at one host';

    is $one->get('/private/', { Cookie => $cookies[0] })->{status}, 401,
        'this host - lets in nobody';
    ok wait_until(sub {
        $other->get('/private/', { Cookie => $cookies[0] })->{status} == 401;
    }), 'nor does the other one';
};

subtest 'a message to one, its event from the other' => sub {
    my @odd;

    for my $round (1 .. $ROUNDS) {
        my $issued = $one->issue(claim => 1);
        my $client = $one->client;

        $client->send('GET', '/api/v1/claim', { Authorization =>
            "Bearer $issued->{headers}{'whatsauth-claim'}",
            Accept => 'text/event-stream' });
        $client->fill;
        $other->message(text_message(">>$issued->{json}{code}<<"));

        my $body = $client->receive->{body};
        my @events = $body =~ /"status":"(\w+)"/g;

        push @odd, "round $round: $body"
            if "@events" ne 'requested validated';
    }

    is_deeply \@odd, [], 'each event - comes, once';
};

$pair->stop;
$valkey->stop;

done_testing;
