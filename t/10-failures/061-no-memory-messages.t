# Messages of which any one allocation fails: they get 500, 503 or no response
# and count when they come again; or they get 200 and are never lost.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Fault;
use Test::WhatsAuth::Gateway;
use Test::WhatsAuth::Twilio;

plan skip_all => 'a sanitizer wants to be the first library'
    if $ENV{ASAN_OPTIONS} || $ENV{TEST_NGINX_VALGRIND};

my $fault = Test::WhatsAuth::Fault->new;
my $nginx = $fault->around(sub {
    start_nginx(workers => 1, main => 'thread_pool whatsauth threads=2;',
        allow => $Test::WhatsAuth::Fault::LOG,
        app => "twilio account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN;"
               . "gateway $GATEWAY; callback_on failed;");
});

my @sent;

taken('a message', \&post_text);
taken('a message that names its app', sub {
    post_text($_[0], target => "/api/v1/messages?api_token=$TOKEN");
});
taken('a message by Twilio', sub {
    twilio_message($nginx, Body => ">>$_[0]<<");
});

taken('a message by a gateway', sub {
    gateway_message($nginx, text => ">>$_[0]<<");
});

# In a thread, and more than one page of memory.
taken('a long message', sub {
    $nginx->message(text_message(">>$_[0]<<",
                                 message => { rest => 'x' x 70000 }));
});

my %status = map { $_->{code} => $_->{status} } $nginx->records;

is_deeply [ grep { ($status{$_} // '') ne 'validated' } @sent ], [],
    scalar(@sent) . ' messages - each has validated its code';

$nginx->stop;
done_testing;


sub post_text {
    my ($code, %option) = @_;

    return $nginx->message(text_message(">>$code<<"), %option);
}


sub taken {
    my ($title, $post) = @_;

    my ($code, $status);

    # The codes are asked for while nothing fails.
    my $next = sub {
        push @sent, $code = wait_until { $nginx->issue->{json}{code} };
        return '';
    };

    $next->();

    $fault->each_allocation($nginx, $title, sub {
        my $begin = time;

        $status = $post->($code)->{status};

        return 'no answer in time' if time - $begin > 10;
        return $status =~ /^(?:0|200|500|503)$/ ? '' : "the answer $status";
    }, step => $ENV{TEST_NGINX_BINARY} ? 1 : 5, check => sub {
        return 'it is not taken when it comes again'
            unless $status == 200
                   || wait_until { $post->($code)->{status} == 200 };
        return $next->();
    });

    pop @sent;
}
