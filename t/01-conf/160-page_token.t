# page_token: the token by which a page names its app.  Every visitor knows
# it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

my $ORIGIN = 'authorized_origins https://shop.test;';
my $SECRET = 'token-of-a-page-of-shop';

sub ended {
    my ($http) = @_;

    return $http =~ s/ # here//r =~ s/\}\n\z/} # here\n/r;
}

sub two_apps {
    my ($first, $second) = @_;

    return ended(app_with(@$first) . app_with('token token-of-the-other-app;',
                                              @$second)
                 =~ s/^whatsauth_app demo/whatsauth_app other/r
                 =~ s/ # here//r);
}

accepted('page_token - a value', app_with($ORIGIN, "page_token $SECRET;"));
accepted('page_token - before its origins',
         app_with("page_token $SECRET;", $ORIGIN));
accepted('page_token - repeated, to rotate',
         app_with($ORIGIN, "page_token $SECRET;", "page_token $SECRET-new;"));
accepted('page_token - twice the same',
         app_with($ORIGIN, "page_token $SECRET;", "page_token $SECRET;"));

conf_file('page_token', "$SECRET\n");
accepted('page_token - a file',
         app_with($ORIGIN, 'page_token file:page_token;'));

refused('page_token - a file that is not there',
        app_with($ORIGIN, 'page_token file:none;'),
        'open() "' . conf_folder() . '/none" of "page_token" directive failed '
        . '(2: No such file or directory)');
refused('page_token - an empty value', app_with($ORIGIN, 'page_token "";'),
        'empty secret in "page_token" directive');
refused('page_token - no argument', app_with($ORIGIN, 'page_token;'),
        'invalid number of arguments in "page_token" directive');
refused('page_token - two arguments',
        app_with($ORIGIN, "page_token $SECRET $SECRET;"),
        'invalid number of arguments in "page_token" directive');
refused('page_token - in http', "page_token $SECRET; # here",
        'unknown directive "page_token"');

refused('page_token - no authorized_origins',
        ended(app_with("page_token $SECRET;")),
        '"page_token" without "authorized_origins" in whatsauth_app "demo"');
refused('page_token - in place of a token',
        ended(app_without('token')
              =~ s/\} # here/$ORIGIN page_token $SECRET; }/r),
        'no "token" in whatsauth_app "demo"');

# One token is one app's, and either a server's or a page's.

refused('page_token - equal to a token of the app',
        ended(app_with($ORIGIN, "token $SECRET;", "page_token $SECRET;")),
        '"page_token" and "token" are the same in whatsauth_app "demo"');

for my $case ([ 'page_token', 'page_token' ], [ 'page_token', 'token' ],
              [ 'token', 'page_token' ])
{
    my ($first, $second) = @$case;

    refused("$first - equal to a $second of another app",
            two_apps([ $ORIGIN, 'token token-of-the-first-app;',
                       "$first $SECRET;" ],
                     [ $ORIGIN, 'token token-of-the-second-app;',
                       "$second $SECRET;" ]),
            'whatsauth_app "other" has the same token as whatsauth_app '
            . '"demo"');
}

# max_live page=: how many of the waiting codes pages may have

accepted("max_live - $_", app_with("max_live $_;"))
    for '10 page=1', '10 page=10', '1 page=1';

for my $parameter ('page=0', 'page=11', 'page=', 'page=-1', 'page=x', 'pages=5',
                   '5', 'page=50%')
{
    refused("max_live - 10 $parameter", app_with("max_live 10 $parameter;"),
            qq{invalid parameter "$parameter" in "max_live" directive: page= }
            . 'and a number up to 10 is expected');
}

refused('max_live - three arguments', app_with('max_live 10 page=5 page=5;'),
        'invalid number of arguments in "max_live" directive');

# A reload rotates it.

my $nginx = start_nginx(callback_url => 'http://127.0.0.1:1/',
                        app => "$ORIGIN page_token $SECRET;");

sub asked {
    my ($token) = @_;

    return $nginx->get('/api/v1/verification_code', {
        Authorization => "Bearer $token", Origin => 'https://shop.test'
    })->{status};
}

is asked($SECRET), 200, 'reload - the page token of before';
is asked("$SECRET-new"), 401, 'reload - none yet that is not configured';

$nginx->{app} = "$ORIGIN page_token $SECRET-new;";
$nginx->write_config($nginx->config);
$nginx->reload;

is asked($SECRET), 401, 'reload - a page token that was taken away';
is asked("$SECRET-new"), 200, 'reload - a new page token';

$nginx->stop;
done_testing;
